-- Grain: One row per period, institution and patent that the institution assessed, with why it does not count.
with
entries as (
    select * from {{ ref('stg_inventories__entries') }}
),

owned as (
    select * from {{ ref('int_patents_owned') }}
),

final as (
    select
        entries.*,
        owned.institution_id,
        case
            when entries.entry_action = 'withdraw' then 'withdrawn'
            when owned.patent_no is null then 'unknown_patent'
            when owned.institution_id is null then 'outside_base_library'
            when owned.institution_id != entries.sender_id then 'other_institution_reports'
        end as unmatched_reason
    from entries
    left join owned
        on
            entries.period = owned.period
            and entries.patent_no = owned.patent_no
)

select * from final
