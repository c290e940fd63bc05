-- Grain: One row per period, institution and patent that the institution assessed without being its reporting institution.
with
entries as (
    select * from {{ ref('int_entries_attributed') }}
),

final as (
    select
        period,
        sender_id,
        patent_no,
        institution_id,
        unmatched_reason,
        source_file,
        source_row
    from entries
    where unmatched_reason is not null
)

select * from final
