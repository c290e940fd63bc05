-- Grain: One row per period, need and institution: the latest answer that was known, with the day of the first.
with
periods as (
    {{ spine() }}
),

responses as (
    select * from {{ source('need_responses', 'responses') }}
),

-- A workbook speaks for its sender alone.
ranked as (
    select
        responses.*,
        periods.period as known_in,
        min(responses.responded_on) over (
            partition by periods.period, responses.need_id, responses.institution_id
        ) as first_responded_on,
        row_number() over (
            {{ latest_first(['periods.period', 'responses.need_id', 'responses.institution_id'], 'responses') }}
        ) as recency
    from responses
    inner join periods on responses.period <= periods.loads_until
    where responses.sender_id in ('platform', responses.institution_id)
),

final as (
    select
        known_in as period,
        need_id,
        institution_id,
        responded_on,
        response_kind,
        patent_nos,
        response_text,
        data_origin,
        first_responded_on,
        received_at,
        load_id,
        sender_id,
        source_file,
        source_row
    from ranked
    where recency = 1
)

select * from final
