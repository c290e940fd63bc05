-- Grain: One row per period, state of knowledge (now, or at the freeze of the month) and patent.
-- Decision 0016: an end by event stands until a restoration; a reported end stands until a restoration announced after the
-- report; a plain "granted" in a report says nothing against an end; the term ends the right without a word.
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

periods as (
    select * from {{ ref('int_periods') }}
),

patent_terms as (
    select * from {{ ref('patent_terms') }}
),

word_lists as (
    select * from {{ ref('word_lists') }}
    where list_name in ('status_in_force', 'status_not_in_force', 'status_pending')
),

standing_marks as (
    select * from {{ ref('int_marks_standing') }}
),

known as (
    select
        period,
        false as is_at_freeze,
        patent_no,
        patent_type,
        filing_date,
        grant_date,
        legal_status,
        load_period,
        received_at,
        data_origin,
        source_file,
        source_row
    from patents
    union all
    select
        period,
        true as is_at_freeze,
        patent_no,
        patent_type,
        filing_date,
        grant_date,
        legal_status,
        load_period,
        received_at,
        data_origin,
        source_file,
        source_row
    from frozen_patents
),

-- The last day of a term is the one before the anniversary of filing. A report speaks at the latest for the last day of its
-- month. A word that no list names is treated as an end: nothing doubtful is released.
reports as (
    select
        known.*,
        periods.month_end,
        patent_terms.term_years,
        cast(
            {{ dbt.dateadd('day', -1, dbt.dateadd('year', 'patent_terms.term_years', 'known.filing_date')) }} as date
        ) as expiry_date,
        coalesce(word_lists.list_name, 'status_not_in_force') as reported_kind,
        {{ reported_on('known') }} as reported_on
    from known
    inner join periods on known.period = periods.period
    inner join patent_terms
        on
            known.patent_type = patent_terms.patent_type
            and known.filing_date between patent_terms.filed_from and patent_terms.filed_until
    left join word_lists on known.legal_status = word_lists.word
),

turns as (
    select
        period,
        is_at_freeze,
        patent_no,
        min(case when event_effect = 'begins' then event_date end) as granted_on,
        min(case when event_effect = 'begins' then event_position end) as granted_position,
        max(case when event_effect = 'restores' then event_position end) as restored_position,
        max(case when event_effect = 'restores' then announced_on end) as restoration_announced_on
    from judged_events
    group by period, is_at_freeze, patent_no
),

-- The first end since the last restoration; an invalidation stands over an earlier end.
ends as (
    select
        judged_events.*,
        row_number() over (
            partition by judged_events.period, judged_events.is_at_freeze, judged_events.patent_no
            order by judged_events.event_category != 'invalidation', judged_events.event_position
        ) as standing
    from judged_events
    inner join turns
        on
            judged_events.period = turns.period
            and judged_events.is_at_freeze = turns.is_at_freeze
            and judged_events.patent_no = turns.patent_no
    where
        judged_events.event_effect = 'ends'
        and judged_events.event_position > coalesce(turns.restored_position, 0)
),

application_ends as (
    select
        period,
        is_at_freeze,
        patent_no,
        max(event_position) as event_position
    from judged_events
    where event_effect = 'ends_application'
    group by period, is_at_freeze, patent_no
),

-- The latest mark that stands; of one day the event says more than the report.
marks as (
    select
        *,
        row_number() over (
            partition by period, is_at_freeze, patent_no
            order by opened_on desc, coalesce(event_position, 0) desc
        ) as standing
    from standing_marks
),

weighed as (
    select
        reports.*,
        coalesce(reports.grant_date, turns.granted_on) as known_grant_date,
        coalesce(coalesce(reports.grant_date, turns.granted_on) <= reports.month_end, false)
        and (reports.reported_kind != 'status_pending' or turns.granted_on is not null) as is_granted,
        reports.expiry_date < reports.month_end as is_past_term,
        ends.event_position as end_position,
        reports.reported_kind = 'status_not_in_force'
        and not coalesce(turns.restoration_announced_on > reports.reported_on, false) as is_reported_ended,
        ends.event_position is null and turns.restored_position is not null as is_restored,
        turns.restored_position,
        turns.granted_position,
        application_ends.event_position as application_end_position,
        marks.standing is not null as is_marked,
        marks.event_position as mark_position,
        ends.event_date as ended_on,
        ends.announced_on as end_announced_on
    from reports
    left join turns
        on
            reports.period = turns.period
            and reports.is_at_freeze = turns.is_at_freeze
            and reports.patent_no = turns.patent_no
    left join ends
        on
            reports.period = ends.period
            and reports.is_at_freeze = ends.is_at_freeze
            and reports.patent_no = ends.patent_no
            and ends.standing = 1
    left join application_ends
        on
            reports.period = application_ends.period
            and reports.is_at_freeze = application_ends.is_at_freeze
            and reports.patent_no = application_ends.patent_no
    left join marks
        on
            reports.period = marks.period
            and reports.is_at_freeze = marks.is_at_freeze
            and reports.patent_no = marks.patent_no
            and marks.standing = 1
),

-- What decides the state, and the event behind it; without one the report or the term speaks.
decided as (
    select
        *,
        end_position is not null or is_reported_ended as is_ended,
        case
            when not is_granted then 'application'
            when end_position is not null and not (is_past_term and ended_on > expiry_date) then 'end_event'
            when is_reported_ended then 'report'
            when is_past_term then 'term'
            when is_marked and mark_position is not null then 'mark_event'
            when is_marked then 'report'
            when is_restored then 'restoration_event'
            when reported_kind = 'status_pending' then 'grant_event'
            else 'report'
        end as decided_by
    from weighed
),

pointed as (
    select
        *,
        case decided_by
            when 'application' then application_end_position
            when 'end_event' then end_position
            when 'mark_event' then mark_position
            when 'restoration_event' then restored_position
            when 'grant_event' then granted_position
        end as event_position
    from decided
),

final as (
    select
        pointed.period,
        pointed.is_at_freeze,
        pointed.patent_no,
        pointed.known_grant_date as grant_date,
        pointed.expiry_date,
        pointed.is_granted,
        pointed.is_past_term,
        pointed.is_ended as is_ended_by_status,
        case
            when pointed.decided_by = 'term' then 'term_expired'
            when judged_events.event_effect in ('begins', 'restores') then 'granted'
            when judged_events.event_id is not null then judged_events.legal_status
            when pointed.decided_by = 'application' and pointed.reported_kind != 'status_pending' then 'pending'
            else pointed.legal_status
        end as legal_status,
        case
            when pointed.decided_by = 'term' then cast({{ dbt.dateadd('day', 1, 'pointed.expiry_date') }} as date)
            when judged_events.event_id is not null then judged_events.event_date
            when pointed.decided_by = 'application' then pointed.filing_date
            when pointed.legal_status = 'granted' then pointed.known_grant_date
            else pointed.reported_on
        end as status_since,
        case
            when pointed.decided_by = 'term' then '自申请日起' || pointed.term_years || '年的保护期限已届满'
            when judged_events.event_id is not null
                then '法律事件' || judged_events.event_code || '（' || judged_events.event_label || '）'
            else '专利数据所报法律状态'
        end
        || '：' || coalesce(judged_events.source_file, pointed.source_file)
        || ' 第' || coalesce(judged_events.source_row, pointed.source_row) || '行' as status_evidence,
        coalesce(judged_events.data_origin = 'simulated', false) as is_status_simulated,
        case
            when not pointed.is_granted then false
            when pointed.end_position is not null
                then
                    pointed.reported_kind = 'status_in_force'
                    and pointed.legal_status != 'granted'
                    and pointed.reported_on > pointed.end_announced_on
            else pointed.reported_kind = 'status_not_in_force' and pointed.is_restored
        end as is_contradicted
    from pointed
    left join judged_events
        on
            pointed.period = judged_events.period
            and pointed.is_at_freeze = judged_events.is_at_freeze
            and pointed.patent_no = judged_events.patent_no
            and pointed.event_position = judged_events.event_position
)

select * from final
