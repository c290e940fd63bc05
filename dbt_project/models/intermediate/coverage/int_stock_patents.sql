-- Grain: One row per period and patent of the base library, whether it is stock and whether it is inventoried.
-- Stock is what was known when the month froze; the latest knowledge stands beside it.
with
patents as (
    select * from {{ ref('int_patents_described') }}
),

in_force as (
    select * from {{ ref('int_patents_in_force') }}
),

entries as (
    select * from {{ ref('int_entries_matched') }}
),

first_reports as (
    select * from {{ ref('stg_inventories__first_reports') }}
),

final as (
    select
        patents.period,
        patents.patent_no,
        patents.institution_id,
        patents.cohort,
        patents.grant_date,
        patents.legal_status,
        patents.is_granted,
        patents.not_in_force_reason,
        in_force.is_frozen_stock as is_stock,
        patents.is_in_force as is_stock_latest,
        first_reports.patent_no is not null as is_inventoried,
        first_reports.inventoried_in,
        first_reports.inventoried_on,
        patents.data_origin = 'real' as is_real,
        patents.data_origin = 'real' and coalesce(entries.data_origin, '') = 'real' as is_inventory_real
    from patents
    inner join in_force
        on
            patents.period = in_force.period
            and patents.patent_no = in_force.patent_no
    left join entries
        on
            patents.period = entries.period
            and patents.patent_no = entries.patent_no
    left join first_reports
        on
            entries.period = first_reports.period
            and entries.patent_no = first_reports.patent_no
            and entries.sender_id = first_reports.sender_id
    where patents.is_base_library
)

select * from final
