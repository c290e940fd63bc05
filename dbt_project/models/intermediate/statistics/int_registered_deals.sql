-- Grain: One row per transfer or licence of a patent that the gazette has announced.
with
judged as (
    select * from {{ ref('int_events_judged') }}
    where
        period = '{{ var("period") }}'
        and not is_at_freeze
        and is_counted
        and event_category in ('license', 'transfer')
        and event_effect = 'opens_mark'
),

events as (
    select * from {{ ref('stg_legal_events__events') }}
    where period = '{{ var("period") }}'
),

held as (
    select * from {{ ref('int_patents_held') }}
    where period = '{{ var("period") }}'
),

final as (
    select
        judged.period,
        judged.event_id as deal_id,
        judged.patent_no,
        case judged.event_category when 'license' then 'license' else 'transfer' end as deal_kind,
        judged.event_date as effective_on,
        case
            when judged.event_category = 'license' then null
            when not coalesce({{ lists_overlap('held.origin_owners', 'events.holders_before') }}, false)
                then 'no_origin_owner'
            when {{ lists_overlap('events.holders_before', 'events.holders_after') }} then 'remaining_owner'
        end as not_genuine_reason,
        judged.data_origin,
        events.received_at as learned_at
    from judged
    inner join events on judged.event_id = events.event_id
    inner join held on judged.patent_no = held.patent_no
)

select * from final
