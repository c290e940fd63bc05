-- Grain: One row per institution, kind, sector and code that the digests of the month show.
-- Totals are sums of cells that are shown, and of statements: evaluators of several cells cannot be added.
with
cells as (
    select * from {{ ref('int_digest_cells_summed') }}
),

institutions as (
    select * from {{ ref('dim_institutions') }}
),

final as (
    select
        cells.period,
        cells.institution_id,
        institutions.institution_name,
        institutions.province_code,
        institutions.city_code,
        cells.statement_kind,
        cells.sector_code,
        cells.statement_code,
        cells.digest_year,
        cells.evaluator_count,
        cells.statement_count,
        cells.previous_evaluator_count,
        cells.previous_statement_count,
        cells.released_in,
        cast(sum(cells.statement_count) over (
            partition by cells.institution_id, cells.statement_kind, cells.sector_code
        ) as bigint) as total_statement_count,
        cast(sum(cells.statement_count) over (
            partition by cells.statement_kind, cells.sector_code, cells.statement_code
        ) as bigint) as sector_statement_count,
        cast(sum(cells.statement_count) over (
            partition by cells.statement_kind, cells.sector_code
        ) as bigint) as sector_total_statement_count,
        cells.enterprise_names,
        cells.data_origin
    from cells
    inner join institutions on cells.institution_id = institutions.institution_id
)

select * from final
