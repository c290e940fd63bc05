-- Grain: One row per period and event: the latest that was known at the freeze.
with
periods as (
    {{ spine() }}
),

events as (
    select * from {{ source('legal_events', 'events') }}
),

ranked as (
    select
        events.*,
        periods.period as known_in,
        row_number() over (
            {{ latest_first(['periods.period', 'events.event_id'], 'events') }}
        ) as recency
    from events
    inner join periods
        on
            events.period <= periods.loads_until
            and events.received_at < periods.freezes_at
),

final as (
    select
        known_in as period,
        event_id,
        patent_no,
        event_code,
        event_date,
        announced_on,
        registration_no,
        data_origin,
        source_file,
        source_row
    from ranked
    where recency = 1
)

select * from final
