-- Grain: One row per period and row that went back to its sender by then.
-- A notice (a heading that nobody knows, a part of the file that was not used) sets no row aside.
with
cells as (
    select * from {{ ref('stg_lake__quarantined_rows') }}
    where code not in ('unknown_header', 'not_used', 'unanswered')
),

final as (
    select
        period,
        load_id,
        load_period,
        source,
        dataset,
        sender_id,
        source_file,
        received_at,
        source_row,
        max(row_key) as row_key,
        count(*) as problem_count,
        {{ dbt.listagg("column_name || '=' || code", "'|'", "order by column_name, code") }} as problem_codes,
        {{ dbt.listagg("message || '；' || mend", "'。'", "order by column_name, code") }} as problems
    from cells
    group by period, load_id, load_period, source, dataset, sender_id, source_file, received_at, source_row
)

select * from final
