-- Grain: One row per period and bad cell of that month or an earlier one.
with
periods as (
    {{ spine() }}
),

cells as (
    select * from {{ source('lake', 'quarantined_rows') }}
),

final as (
    select
        periods.period,
        cells.load_id,
        cells.period as load_period,
        cells.source,
        cells.dataset,
        cells.sender_id,
        cells.source_file,
        cells.received_at,
        cells.source_row,
        cells.row_key,
        cells.column_name,
        cells.code,
        cells.value,
        cells.message,
        cells.mend
    from cells
    inner join periods on cells.period <= periods.loads_until
)

select * from final
