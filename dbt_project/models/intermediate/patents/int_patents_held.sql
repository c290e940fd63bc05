-- Grain: One row per period and patent, with its owners on the month's last day.
-- Decision 0016: a change of owners replaces the names it found before by those after it; when the report does not know the
-- former ones, the later of event and report is believed.
with recursive
patents as (
    select
        reports.period,
        reports.patent_no,
        reports.owners,
        reports.grant_date,
        {{ reported_on('reports') }} as reported_on
    from {{ ref('stg_grants__patents') }} as reports
),

events as (
    select * from {{ ref('stg_legal_events__events') }}
),

judged_events as (
    select * from {{ ref('int_events_judged') }}
    where
        is_counted
        and changes_owners
        and not is_at_freeze
),

changes as (
    select
        events.period,
        events.patent_no,
        events.holders_before,
        events.holders_after,
        events.event_date,
        judged_events.announced_on,
        events.data_origin = 'simulated' as is_simulated,
        row_number() over (
            partition by events.period, events.patent_no
            order by judged_events.event_position
        ) as change_position
    from events
    inner join judged_events
        on
            events.period = judged_events.period
            and events.event_id = judged_events.event_id
    where events.holders_after is not null
),

folded (period, patent_no, change_position, owners, is_changed_by_simulation, is_doubtful) as (
    select
        period,
        patent_no,
        cast(0 as bigint) as change_position,
        owners,
        false as is_changed_by_simulation,
        false as is_doubtful
    from patents
    union all
    select
        folded.period,
        folded.patent_no,
        changes.change_position,
        case
            when {{ lists_overlap('folded.owners', 'changes.holders_before') }}
                then {{ replace_in_list('folded.owners', 'changes.holders_before', 'changes.holders_after') }}
            when changes.announced_on > patents.reported_on then changes.holders_after
            else folded.owners
        end as owners,
        folded.is_changed_by_simulation
        or changes.is_simulated
        and (
            coalesce({{ lists_overlap('folded.owners', 'changes.holders_before') }}, false)
            or coalesce(changes.announced_on > patents.reported_on, false)
        ) as is_changed_by_simulation,
        folded.is_doubtful
        or not coalesce({{ lists_overlap('folded.owners', 'changes.holders_before') }}, false)
        and not {{ lists_overlap('folded.owners', 'changes.holders_after') }} as is_doubtful
    from folded
    inner join changes
        on
            folded.period = changes.period
            and folded.patent_no = changes.patent_no
            and folded.change_position + 1 = changes.change_position
    inner join patents
        on
            folded.period = patents.period
            and folded.patent_no = patents.patent_no
),

ranked as (
    select
        folded.*,
        row_number() over (
            partition by folded.period, folded.patent_no
            order by folded.change_position desc
        ) as recency
    from folded
),

-- The state before the first change after the grant; a report that already knows the change has lost the names before it.
origins as (
    select
        changes.period,
        changes.patent_no,
        case
            when {{ lists_overlap('folded.owners', 'changes.holders_before') }} then folded.owners
            else coalesce(changes.holders_before, folded.owners)
        end as origin_owners,
        row_number() over (
            partition by changes.period, changes.patent_no
            order by changes.change_position
        ) as change_rank
    from changes
    inner join patents
        on
            changes.period = patents.period
            and changes.patent_no = patents.patent_no
            and changes.event_date > coalesce(patents.grant_date, cast('1985-04-01' as date))
    inner join folded
        on
            changes.period = folded.period
            and changes.patent_no = folded.patent_no
            and changes.change_position = folded.change_position + 1
),

final as (
    select
        ranked.period,
        ranked.patent_no,
        ranked.owners,
        coalesce(origins.origin_owners, ranked.owners) as origin_owners,
        ranked.is_changed_by_simulation,
        ranked.is_doubtful
    from ranked
    left join origins
        on
            ranked.period = origins.period
            and ranked.patent_no = origins.patent_no
            and origins.change_rank = 1
    where ranked.recency = 1
)

select * from final
