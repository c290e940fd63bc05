-- Grain: One row per institution and patent that it reported or withdrew without the entry counting in the period.
with
entries as (
    select * from {{ ref('int_entries_unmatched') }}
    where period = '{{ var("period") }}'
),

final as (
    select
        period,
        sender_id,
        patent_no,
        load_id,
        source_file,
        source_row,
        received_at,
        unmatched_reason,
        institution_id,
        next_step
    from entries
)

select * from final
