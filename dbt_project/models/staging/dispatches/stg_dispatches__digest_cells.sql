-- Grain: One row per period and statement that a digest of that month or an earlier one has released, when first.
with
periods as (
    {{ spine() }}
),

cells as (
    select * from {{ source('dispatches', 'digest_cells') }}
),

ranked as (
    select
        periods.period as known_in,
        cells.*,
        row_number() over (
            partition by
                periods.period, cells.statement_kind, cells.statement_code, cells.patent_no, cells.enterprise_id
            order by cells.released_in, cells.received_at, cells.load_id, cells.source_row
        ) as standing
    from cells
    inner join periods on cells.period <= periods.loads_until
),

final as (
    select
        known_in as period,
        statement_kind,
        statement_code,
        patent_no,
        enterprise_id,
        evaluator_group,
        institution_id,
        sector_code,
        digest_year,
        released_in,
        data_origin
    from ranked
    where standing = 1
)

select * from final
