-- Institutions, cities, provinces, kinds and roles each add up to the nation; ministries hold a part of it.
with
totals as (
    select
        scope_kind,
        sum(institution_count) as institution_count,
        sum(stock_patent_count) as stock_patent_count,
        sum(inventoried_patent_count) as inventoried_patent_count,
        sum(arrived_patent_count) as arrived_patent_count,
        sum(target_patent_count) as target_patent_count,
        sum(gap_patent_count) as gap_patent_count
    from {{ ref('fct_coverage') }}
    where scope_kind not in ('national', 'ministry')
    group by scope_kind
),

national as (
    select * from {{ ref('fct_coverage') }}
    where scope_kind = 'national'
),

final as (
    select
        totals.scope_kind,
        totals.stock_patent_count,
        national.stock_patent_count as national_stock_patent_count
    from totals
    cross join national
    where
        totals.institution_count != national.institution_count
        or totals.stock_patent_count != national.stock_patent_count
        or totals.inventoried_patent_count != national.inventoried_patent_count
        or totals.arrived_patent_count != national.arrived_patent_count
        or totals.target_patent_count != national.target_patent_count
        or totals.gap_patent_count != national.gap_patent_count
)

select * from final
