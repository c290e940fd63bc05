-- Grain: One row per patent that was received by the period.
with
patents as (
    select * from {{ ref('int_patents_described') }}
    where period = '{{ var("period") }}'
),

final as (
    select
        period,
        patent_no,
        title,
        patent_type,
        filing_date,
        grant_date,
        expiry_date,
        ipc_codes,
        main_ipc,
        field_no,
        field_name,
        legal_status,
        status_since,
        status_evidence,
        abstract,
        owners,
        owner_count,
        first_owner_name,
        has_enterprise_co_owner,
        has_military_owner,
        institution_id,
        institution_name,
        institution_kind,
        province_code,
        province_name,
        city_code,
        city_name,
        cohort,
        is_in_force,
        is_frozen_stock,
        not_in_force_reason,
        is_base_library,
        out_of_scope_reason,
        data_origin,
        simulated_fields,
        received_at,
        source_file,
        source_row
    from patents
)

select * from final
