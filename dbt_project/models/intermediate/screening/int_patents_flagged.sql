-- Grain: One row per period and patent of the base library, with its Form 1 flags.
with
patents as (
    select * from {{ ref('int_patents_described') }}
),

entries as (
    select * from {{ ref('int_entries_matched') }}
),

final as (
    select
        patents.period,
        patents.patent_no,
        coalesce(entries.is_disputed, false) as is_disputed,
        coalesce(entries.is_abandoning, false) as is_abandoning,
        coalesce(entries.is_transferred, false) as is_transferred,
        coalesce(entries.is_licensed, false) as is_licensed,
        coalesce(entries.is_enterprise_co_owned, false) or patents.has_enterprise_co_owner as is_enterprise_co_owned,
        entries.license_kind
    from patents
    left join entries
        on
            patents.period = entries.period
            and patents.patent_no = entries.patent_no
    where patents.is_base_library
)

select * from final
