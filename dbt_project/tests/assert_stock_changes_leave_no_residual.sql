-- Last month's stock (or inventoried stock) plus the changes is this month's, institution by institution.
with
coverage as (
    select * from {{ ref('fct_coverage') }}
    where
        scope_kind = 'institution'
        and previous_stock_patent_count is not null
),

moved as (
    select
        institution_id,
        sum(case when balance = 'stock' then moved_patent_count else 0 end) as stock_moved,
        sum(case when balance = 'inventoried' then moved_patent_count else 0 end) as inventoried_moved
    from {{ ref('fct_stock_changes') }}
    group by institution_id
),

final as (
    select
        coverage.scope_code,
        coverage.stock_patent_count - coverage.previous_stock_patent_count - coalesce(moved.stock_moved, 0) as stock_residual,
        coverage.inventoried_patent_count
        - coverage.previous_inventoried_patent_count
        - coalesce(moved.inventoried_moved, 0) as inventoried_residual
    from coverage
    left join moved on coverage.scope_code = moved.institution_id
)

select * from final
where
    stock_residual != 0
    or inventoried_residual != 0
