-- Grain: One row per period, recordal and patent: the latest that was known, with the instant of the first.
-- What its sender has withdrawn is not among them.
with
periods as (
    {{ spine() }}
),

recordals as (
    select * from {{ source('licence_recordals', 'recordals') }}
),

ranked as (
    select
        recordals.*,
        periods.period as known_in,
        min(recordals.received_at) over (
            partition by periods.period, recordals.registration_no, recordals.patent_no
        ) as learned_at,
        row_number() over (
            {{ latest_first(['periods.period', 'recordals.registration_no', 'recordals.patent_no'], 'recordals') }}
        ) as recency
    from recordals
    inner join periods on recordals.period <= periods.loads_until
),

final as (
    select
        known_in as period,
        registration_no,
        patent_no,
        licensor_name,
        licensee_name,
        licensee_id,
        license_kind,
        signed_on,
        recorded_on,
        ended_on,
        data_origin,
        learned_at,
        received_at,
        load_id,
        sender_id,
        source_file,
        source_row
    from ranked
    where
        recency = 1
        and coalesce(entry_action, 'report') != 'withdraw'
)

select * from final
