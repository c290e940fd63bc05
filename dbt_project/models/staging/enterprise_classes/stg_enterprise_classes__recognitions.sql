-- Grain: One row per period, enterprise, class and first day of validity: the latest that was known.
with
periods as (
    {{ spine() }}
),

recognitions as (
    select * from {{ source('enterprise_classes', 'recognitions') }}
),

ranked as (
    select
        recognitions.*,
        periods.period as known_in,
        row_number() over (
            {{ latest_first([
                'periods.period', 'recognitions.enterprise_id', 'recognitions.enterprise_class', 'recognitions.valid_from'
            ], 'recognitions') }}
        ) as recency
    from recognitions
    inner join periods on recognitions.period <= periods.loads_until
),

final as (
    select
        known_in as period,
        enterprise_id,
        enterprise_class,
        class_evidence,
        valid_from,
        valid_until,
        data_origin,
        received_at,
        load_id,
        sender_id,
        source_file,
        source_row
    from ranked
    where recency = 1
)

select * from final
