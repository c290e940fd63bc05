-- Grain: One row per patent that was received by the period.
with
patents as (
    select * from {{ ref('int_patents_described') }}
    where period = '{{ var("period") }}'
),

prioritised as (
    select * from {{ ref('int_patents_prioritised') }}
    where period = '{{ var("period") }}'
),

final as (
    select
        patents.period,
        patents.patent_no,
        patents.title,
        patents.patent_type,
        patents.filing_date,
        patents.grant_date,
        patents.expiry_date,
        patents.ipc_codes,
        patents.main_ipc,
        prioritised.ipc_subclass,
        prioritised.ipc_subclass_title,
        patents.field_no,
        patents.field_name,
        prioritised.sei_code,
        prioritised.sei_name,
        prioritised.sei_industry,
        prioritised.sei_evidence,
        patents.legal_status,
        patents.status_since,
        patents.status_evidence,
        patents.abstract,
        patents.owners,
        patents.owner_count,
        patents.first_owner_name,
        patents.has_enterprise_co_owner,
        patents.has_military_owner,
        patents.institution_id,
        patents.institution_name,
        patents.institution_kind,
        patents.province_code,
        patents.province_name,
        patents.city_code,
        patents.city_name,
        patents.cohort,
        patents.is_in_force,
        patents.is_frozen_stock,
        patents.not_in_force_reason,
        patents.is_base_library,
        patents.out_of_scope_reason,
        prioritised.is_priority,
        prioritised.priority_rank,
        prioritised.priority_ground,
        prioritised.priority_evidence,
        patents.data_origin,
        {{ merge_lists(['patents.simulated_fields', 'prioritised.simulated_fields']) }} as simulated_fields,
        patents.received_at,
        patents.source_file,
        patents.source_row
    from patents
    inner join prioritised on patents.patent_no = prioritised.patent_no
)

select * from final
