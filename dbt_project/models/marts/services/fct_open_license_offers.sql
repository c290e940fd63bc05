-- Grain: One row per patent of the base library with an open licence offered at the month's end.
with
offers as (
    select * from {{ ref('int_open_licences_offered') }}
),

patents as (
    select * from {{ ref('dim_patents') }}
),

suggestions as (
    select * from {{ ref('fct_service_suggestions') }}
    where service = 'open_licence'
),

final as (
    select
        offers.period,
        offers.patent_no,
        patents.title,
        patents.patent_type,
        patents.institution_id,
        patents.institution_name,
        patents.province_code,
        patents.city_code,
        patents.owners,
        offers.license_fee_basis,
        offers.offered_fee_yuan,
        offers.offered_royalty_percent,
        offers.fee_check,
        offers.consenting_owners,
        offers.silent_owners,
        offers.offered_from,
        offers.offered_until,
        coalesce(suggestions.is_suggested, false) as is_suggested,
        case when suggestions.patent_no is null then '专利已失效' else suggestions.missed_labels end as missed_labels,
        patents.data_origin,
        {{ merge_lists([
            'patents.simulated_fields',
            "case when offers.data_origin = 'simulated' and patents.data_origin = 'real' then "
            ~ "'consenting_owners|fee_check|offered_fee_yuan|is_suggested|license_fee_basis|missed_labels|offered_from"
            ~ "|offered_until|offered_royalty_percent|silent_owners' end",
            "case when suggestions.simulated_fields like '%is_suggested%' and patents.data_origin = 'real' then "
            ~ "'is_suggested|missed_labels' end",
        ]) }} as simulated_fields,
        offers.received_at,
        offers.source_file,
        offers.source_row
    from offers
    inner join patents on offers.patent_no = patents.patent_no
    left join suggestions on offers.patent_no = suggestions.patent_no
)

select * from final
