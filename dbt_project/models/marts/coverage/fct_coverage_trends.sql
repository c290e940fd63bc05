-- Grain: One row per scope and month looked back on: the institutions that the scope holds now, as they stood then.
{% set sums = [
    'stock_patent_count', 'stock_real_patent_count', 'stock_patent_count_latest', 'inventoried_patent_count',
    'inventoried_real_patent_count',
] %}

with
periods as (
    select * from {{ ref('int_periods') }}
),

scopes as (
    select scopes.*
    from {{ ref('int_institution_scopes') }} as scopes
    inner join periods
        on
            scopes.period = periods.period
            and periods.months_back = 0
),

counted as (
    select * from {{ ref('int_institutions_counted') }}
),

summed as (
    select
        scopes.period,
        scopes.scope_kind,
        scopes.scope_code,
        counted.period as covered_month,
        {{ summed_columns('counted', sums) }}
    from scopes
    inner join counted on scopes.institution_id = counted.institution_id
    group by scopes.period, scopes.scope_kind, scopes.scope_code, counted.period
),

final as (
    select
        summed.period,
        summed.scope_kind,
        summed.scope_code,
        summed.covered_month,
        summed.stock_patent_count,
        summed.stock_patent_count_latest,
        summed.stock_patent_count_latest - summed.stock_patent_count as stock_difference_patent_count,
        summed.inventoried_patent_count,
        case
            when summed.stock_patent_count > 0
                then cast(summed.inventoried_patent_count as double) / summed.stock_patent_count
        end as coverage_rate,
        months.is_frozen,
        months.freezes_at,
        case
            when
                summed.stock_real_patent_count = summed.stock_patent_count
                and summed.inventoried_real_patent_count = summed.inventoried_patent_count
                then 'real'
            else 'simulated'
        end as data_origin
    from summed
    inner join periods as months on summed.covered_month = months.period
)

select * from final
