-- Grain: One row per institution, cohort and month of arrival: patents inventoried then that are so and in stock now.
with
patents as (
    select * from {{ ref('int_stock_patents') }}
    where period = '{{ var("period") }}'
),

counted as (
    select
        period,
        institution_id,
        inventoried_in,
        cohort,
        count(*) as inventoried_patent_count,
        sum(case when is_inventory_real then 1 else 0 end) as real_count
    from patents
    where
        is_stock
        and is_inventoried
    group by period, institution_id, inventoried_in, cohort
),

final as (
    select
        period,
        institution_id,
        inventoried_in,
        cohort,
        inventoried_patent_count,
        cast(real_count as bigint) as inventoried_real_patent_count,
        cast(inventoried_patent_count - real_count as bigint) as inventoried_simulated_patent_count
    from counted
)

select * from final
