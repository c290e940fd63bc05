-- Grain: One row per period and patent that institutions assessed without being its first owner, with who they are.
with
entries as (
    select * from {{ ref('int_entries_unmatched') }}
    where unmatched_reason = 'other_institution_reports'
),

institutions as (
    select * from {{ ref('int_institutions_located') }}
),

named as (
    select
        entries.period,
        entries.patent_no,
        entries.sender_id,
        coalesce(institutions.institution_name, entries.sender_id) as sender_name
    from entries
    left join institutions
        on
            entries.period = institutions.period
            and entries.sender_id = institutions.institution_id
),

final as (
    select
        period,
        patent_no,
        {{ dbt.listagg("sender_name", "'、'", "order by sender_id") }} as sender_names
    from named
    group by period, patent_no
)

select * from final
