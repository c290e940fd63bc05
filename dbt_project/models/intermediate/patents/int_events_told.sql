-- Grain: One row per period and legal event as known now, with what its announcement says.
with
judged as (
    select * from {{ ref('int_events_judged') }}
    where not is_at_freeze
),

events as (
    select * from {{ ref('stg_legal_events__events') }}
),

final as (
    select
        events.period,
        events.event_id,
        events.patent_no,
        events.event_code,
        judged.event_label,
        judged.event_category,
        judged.event_effect,
        judged.is_counted,
        events.event_date,
        events.announced_on,
        events.parse_status,
        events.registration_no,
        events.holders_before,
        events.holders_after,
        events.party_from,
        events.party_to,
        events.license_kind,
        events.event_detail,
        events.data_origin,
        events.received_at,
        events.source_file,
        events.source_row
    from events
    inner join judged
        on
            events.period = judged.period
            and events.event_id = judged.event_id
)

select * from final
