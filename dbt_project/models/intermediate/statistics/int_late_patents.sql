-- Grain: One row per statistic, patent and earlier quarter in which events took effect that count in later ones only.
-- Whether that quarter's stock held the patent when it began is told as its opening knew it: by the last turn of the right, else
-- by what was reported of it.
with
facts as (
    select * from {{ ref('fct_statistics_facts') }}
),

quarters as (
    select * from {{ ref('int_quarters') }}
),

patents as (
    select * from {{ ref('stg_grants__patents') }}
    where period = '{{ var("period") }}'
),

rights as (
    select * from {{ ref('int_patents_in_force') }}
    where period = '{{ var("period") }}'
),

events as (
    select * from {{ ref('stg_legal_events__events') }}
    where period = '{{ var("period") }}'
),

turns as (
    select
        judged_events.patent_no,
        judged_events.event_effect,
        judged_events.event_date,
        judged_events.event_position,
        events.first_load_period,
        events.learned_at
    from {{ ref('int_events_judged') }} as judged_events
    inner join events on judged_events.event_id = events.event_id
    where
        judged_events.period = '{{ var("period") }}'
        and judged_events.is_counted
        and not judged_events.is_at_freeze
        and judged_events.event_effect in ('ends', 'restores')
),

turned as (
    select distinct patent_no from turns
),

-- A patent counts once in a quarter, whichever of its events came first.
known_then as (
    select distinct
        statistic_id,
        patent_no,
        counted_quarter
    from facts
    where counted_quarter is not null
),

late as (
    select
        facts.statistic_id,
        facts.patent_no,
        facts.effect_quarter,
        count(*) as late_event_count,
        bool_or(facts.counted_quarter = facts.quarter) as is_new,
        bool_or(known_then.patent_no is not null) as was_counted,
        bool_or(facts.data_origin != 'real') as is_simulated,
        {{ dbt.listagg('facts.fact_id', "'|'", 'order by facts.fact_id') }} as fact_ids
    from facts
    left join known_then
        on
            facts.statistic_id = known_then.statistic_id
            and facts.patent_no = known_then.patent_no
            and facts.effect_quarter = known_then.counted_quarter
    where facts.effect_quarter < facts.counted_quarter
    group by facts.statistic_id, facts.patent_no, facts.effect_quarter
),

turned_by_then as (
    select
        late.statistic_id,
        late.patent_no,
        late.effect_quarter,
        turns.event_effect,
        row_number() over (
            partition by late.statistic_id, late.patent_no, late.effect_quarter
            order by turns.event_position desc
        ) as standing
    from late
    inner join quarters on late.effect_quarter = quarters.quarter
    inner join turns
        on
            late.patent_no = turns.patent_no
            and quarters.quarter_start > turns.event_date
            and greatest(quarters.opening_period, '{{ var("first_period") }}') >= turns.first_load_period
            and quarters.frozen_at >= turns.learned_at
),

final as (
    select
        late.statistic_id,
        late.patent_no,
        late.effect_quarter,
        late.late_event_count,
        late.is_new,
        late.is_simulated,
        late.fact_ids,
        not late.was_counted as is_added,
        coalesce(
            rights.grant_date < quarters.quarter_start
            and greatest(quarters.opening_period, '{{ var("first_period") }}') >= patents.first_load_period
            and quarters.frozen_at >= patents.learned_at,
            false
        )
        and {{ dbt.dateadd('day', -1, 'quarters.quarter_start') }} <= rights.expiry_date
        and case
            when turned_by_then.event_effect is not null then turned_by_then.event_effect != 'ends'
            else turned.patent_no is not null or not rights.is_ended_by_status or quarters.quarter_start <= rights.status_since
        end as was_in_stock
    from late
    inner join quarters on late.effect_quarter = quarters.quarter
    inner join patents on late.patent_no = patents.patent_no
    inner join rights on late.patent_no = rights.patent_no
    left join turned on late.patent_no = turned.patent_no
    left join turned_by_then
        on
            late.statistic_id = turned_by_then.statistic_id
            and late.patent_no = turned_by_then.patent_no
            and late.effect_quarter = turned_by_then.effect_quarter
            and turned_by_then.standing = 1
)

select * from final
