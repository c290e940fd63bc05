-- Grain: One row per scope and statistic of the quarter that ends with the period, as counted now.
with
patents as (
    select * from {{ ref('fct_quarter_patents') }}
),

facts as (
    select * from {{ ref('fct_statistics_facts') }}
    where
        counted_quarter = quarter
        and statistic_id = 'product_recordals'
),

quarters as (
    select * from {{ ref('int_quarters') }}
    where is_current
),

definitions as (
    select definitions.*
    from {{ ref('int_statistics_defined') }} as definitions
    inner join quarters on quarters.quarter_end between definitions.effective_from and definitions.effective_until
),

products as (
    select
        facts.fact_id,
        patents.*
    from facts
    inner join patents on facts.patent_no = patents.patent_no
),

scoped as (
    {{ statistic_sums('patents') }}
),

results as (
    {{ results_by_scope('products') }}
),

figures as (
    {{ figures_by_statistic('scoped') }}
),

final as (
    select
        '{{ var("period") }}' as period,
        quarters.quarter,
        figures.scope_kind,
        figures.scope_code,
        figures.scope_name,
        figures.statistic_id,
        definitions.definition_version,
        cast(figures.numerator_count as bigint) as numerator_count,
        cast(figures.denominator_count as bigint) as denominator_count,
        cast(figures.numerator_real_count as bigint) as numerator_real_count,
        cast(figures.denominator_real_count as bigint) as denominator_real_count,
        cast(figures.event_count as bigint) as event_count,
        cast(coalesce(results.result_count, 0) as bigint) as result_count,
        cast(figures.excluded_event_count as bigint) as excluded_event_count,
        case
            when
                figures.numerator_real_count = figures.numerator_count
                and figures.denominator_real_count = figures.denominator_count
                then 'real'
            else 'simulated'
        end as data_origin
    from figures
    cross join quarters
    inner join definitions on figures.statistic_id = definitions.statistic_id
    left join results
        on
            figures.scope_kind = results.scope_kind
            and figures.scope_code = results.scope_code
            and figures.statistic_id = results.statistic_id
)

select * from final
