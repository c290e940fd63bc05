-- Grain: One row per period, state of knowledge (now, or at the freeze of the month), patent and mark that stands on the right.
-- Marks stand beside each other: a pledge is not lifted by a licence recorded after it.
with
patents as (
    select * from {{ ref('stg_grants__patents') }}
),

frozen_patents as (
    select * from {{ ref('stg_grants__frozen_patents') }}
),

judged_events as (
    select * from {{ ref('int_events_judged') }}
    where is_counted
),

legal_event_codes as (
    select * from {{ ref('legal_event_codes') }}
    where event_effect = 'opens_mark'
),

reports as (
    select
        patents.period,
        false as is_at_freeze,
        patents.patent_no,
        patents.legal_status,
        {{ reported_on('patents') }} as reported_on,
        patents.data_origin
    from patents
    union all
    select
        frozen_patents.period,
        true as is_at_freeze,
        frozen_patents.patent_no,
        frozen_patents.legal_status,
        {{ reported_on('frozen_patents') }} as reported_on,
        frozen_patents.data_origin
    from frozen_patents
),

opened as (
    select
        period,
        is_at_freeze,
        patent_no,
        event_category,
        event_id,
        event_position,
        registration_no,
        event_date as opened_on,
        data_origin
    from judged_events
    where event_effect = 'opens_mark'
    union all
    select distinct
        reports.period,
        reports.is_at_freeze,
        reports.patent_no,
        legal_event_codes.event_category,
        cast(null as varchar) as event_id,
        cast(null as bigint) as event_position,
        cast(null as varchar) as registration_no,
        reports.reported_on as opened_on,
        reports.data_origin
    from reports
    inner join legal_event_codes on reports.legal_status = legal_event_codes.legal_status
),

closed as (
    select distinct
        opened.period,
        opened.is_at_freeze,
        opened.patent_no,
        opened.event_category,
        opened.event_position
    from opened
    inner join judged_events
        on
            opened.period = judged_events.period
            and opened.is_at_freeze = judged_events.is_at_freeze
            and opened.patent_no = judged_events.patent_no
            and opened.event_category = judged_events.event_category
            and judged_events.event_effect = 'closes_mark'
            and case
                when opened.event_position is null then opened.opened_on < judged_events.event_date
                else opened.event_position < judged_events.event_position
            end
            and coalesce(opened.registration_no = judged_events.registration_no, true)
),

final as (
    select opened.*
    from opened
    left join closed
        on
            opened.period = closed.period
            and opened.is_at_freeze = closed.is_at_freeze
            and opened.patent_no = closed.patent_no
            and opened.event_category = closed.event_category
            and opened.event_position is not distinct from closed.event_position
    where closed.patent_no is null
)

select * from final
