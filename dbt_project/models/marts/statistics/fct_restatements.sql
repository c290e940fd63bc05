-- Grain: One row per quarter of effect, scope, statistic and cause for which a figure that was frozen would be another now.
-- `late_event`: an event that counts in this quarter took effect in that one, told with all that came late for it by now.
-- `corrected`: this quarter's own figure, frozen by an earlier version, is counted differently now.

with
quarters as (
    select * from {{ ref('int_quarters') }}
    where is_current
),

counts as (
    select * from {{ ref('fct_statistics_counts') }}
),

frozen as (
    select * from {{ ref('int_statistics_frozen') }}
),

facts as (
    select * from {{ ref('fct_statistics_facts') }}
),

opening_stock as (
    select * from {{ ref('int_opening_stock') }}
),

patents as (
    select * from {{ ref('fct_quarter_patents') }}
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

late_patents as (
    select
        facts.statistic_id,
        facts.patent_no,
        facts.effect_quarter,
        count(*) as late_event_count,
        bool_or(facts.counted_quarter = facts.quarter) as is_new,
        bool_and(known_then.patent_no is null) as is_added,
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

late as (
    select
        late_patents.statistic_id,
        late_patents.effect_quarter,
        late_patents.late_event_count,
        late_patents.is_added,
        late_patents.is_added and not coalesce(opening_stock.was_in_stock, false) as is_added_to_stock,
        late_patents.is_new,
        late_patents.is_simulated,
        late_patents.fact_ids,
        patents.*
    from late_patents
    inner join patents on late_patents.patent_no = patents.patent_no
    left join opening_stock
        on
            late_patents.effect_quarter = opening_stock.quarter
            and late_patents.patent_no = opening_stock.patent_no
),

late_scopes as (
    {{ late_by_scope('late') }}
),

-- A scope that the frozen quarter did not name had nothing in it; of a quarter that was never published nothing is known.
late_beside_frozen as (
    select
        late_scopes.*,
        case when effect_quarters.frozen_at is not null then coalesce(frozen.numerator_count, 0) end
            as old_numerator_count,
        case when effect_quarters.frozen_at is not null then coalesce(frozen.denominator_count, 0) end
            as old_denominator_count,
        case when effect_quarters.frozen_at is not null then coalesce(frozen.event_count, 0) end as old_event_count,
        case when late_scopes.is_simulated then 'simulated' else coalesce(frozen.data_origin, 'real') end
            as data_origin
    from late_scopes
    inner join {{ ref('int_quarters') }} as effect_quarters on late_scopes.effect_quarter = effect_quarters.quarter
    left join frozen
        on
            late_scopes.effect_quarter = frozen.quarter
            and late_scopes.scope_kind = frozen.scope_kind
            and late_scopes.scope_code = frozen.scope_code
            and late_scopes.statistic_id = frozen.statistic_id
),

frozen_now as (
    select * from frozen
    where is_current
),

restated as (
    select
        effect_quarter,
        scope_kind,
        scope_code,
        statistic_id,
        'late_event' as restatement_cause,
        old_numerator_count,
        old_numerator_count + added_patent_count as new_numerator_count,
        old_denominator_count,
        old_denominator_count + added_stock_count as new_denominator_count,
        old_event_count,
        old_event_count + added_event_count as new_event_count,
        added_patent_count,
        added_event_count,
        fact_ids,
        data_origin
    from late_beside_frozen
    union all
    select
        quarters.quarter as effect_quarter,
        coalesce(frozen_now.scope_kind, counts.scope_kind) as scope_kind,
        coalesce(frozen_now.scope_code, counts.scope_code) as scope_code,
        coalesce(frozen_now.statistic_id, counts.statistic_id) as statistic_id,
        'corrected' as restatement_cause,
        frozen_now.numerator_count as old_numerator_count,
        counts.numerator_count as new_numerator_count,
        frozen_now.denominator_count as old_denominator_count,
        counts.denominator_count as new_denominator_count,
        frozen_now.event_count as old_event_count,
        counts.event_count as new_event_count,
        coalesce(counts.numerator_count, 0) - coalesce(frozen_now.numerator_count, 0) as added_patent_count,
        coalesce(counts.event_count, 0) - coalesce(frozen_now.event_count, 0) as added_event_count,
        cast(null as varchar) as fact_ids,
        coalesce(counts.data_origin, frozen_now.data_origin) as data_origin
    from counts
    full outer join frozen_now
        on
            counts.scope_kind = frozen_now.scope_kind
            and counts.scope_code = frozen_now.scope_code
            and counts.statistic_id = frozen_now.statistic_id
    cross join quarters
    where
        quarters.frozen_at is not null
        and (
            coalesce(counts.numerator_count, -1) != coalesce(frozen_now.numerator_count, -1)
            or coalesce(counts.denominator_count, -1) != coalesce(frozen_now.denominator_count, -1)
            or coalesce(counts.event_count, -1) != coalesce(frozen_now.event_count, -1)
            or coalesce(counts.result_count, -1) != coalesce(frozen_now.result_count, -1)
        )
),

final as (
    select
        '{{ var("period") }}' as period,
        quarters.quarter,
        restated.effect_quarter,
        restated.scope_kind,
        restated.scope_code,
        restated.statistic_id,
        restated.restatement_cause,
        cast(restated.old_numerator_count as bigint) as old_numerator_count,
        cast(restated.new_numerator_count as bigint) as new_numerator_count,
        cast(restated.old_denominator_count as bigint) as old_denominator_count,
        cast(restated.new_denominator_count as bigint) as new_denominator_count,
        cast(restated.old_event_count as bigint) as old_event_count,
        cast(restated.new_event_count as bigint) as new_event_count,
        cast(restated.added_patent_count as bigint) as added_patent_count,
        cast(restated.added_event_count as bigint) as added_event_count,
        restated.fact_ids,
        restated.data_origin
    from restated
    cross join quarters
)

select * from final
