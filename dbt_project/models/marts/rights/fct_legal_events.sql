-- Grain: One row per legal event that was received by the period.
with
events as (
    select * from {{ ref('int_events_told') }}
    where period = '{{ var("period") }}'
),

patents as (
    select * from {{ ref('dim_patents') }}
),

final as (
    select
        events.period,
        events.event_id,
        events.patent_no,
        patents.institution_id,
        events.event_code,
        events.event_label as event_name,
        events.event_category,
        events.event_effect,
        events.is_counted,
        patents.patent_no is not null as is_patent_known,
        coalesce(patents.is_base_library, false) as is_base_library,
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
    left join patents on events.patent_no = patents.patent_no
)

select * from final
