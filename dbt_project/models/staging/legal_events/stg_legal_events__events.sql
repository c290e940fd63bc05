-- Grain: One row per period and event: the latest that was known, with month and instant of the first.
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
        min(events.received_at) over (partition by periods.period, events.event_id) as learned_at,
        min(events.period) over (partition by periods.period, events.event_id) as first_load_period,
        row_number() over (
            {{ latest_first(['periods.period', 'events.event_id'], 'events') }}
        ) as recency
    from events
    inner join periods on events.period <= periods.loads_until
),

final as (
    select
        known_in as period,
        event_id,
        patent_no,
        event_code,
        event_name,
        event_date,
        announced_on,
        event_detail,
        parse_status,
        registration_no,
        holders_before,
        holders_after,
        party_from,
        party_to,
        license_kind,
        data_origin,
        first_load_period,
        learned_at,
        received_at,
        load_id,
        sender_id,
        source_file,
        source_row
    from ranked
    where recency = 1
)

select * from final
