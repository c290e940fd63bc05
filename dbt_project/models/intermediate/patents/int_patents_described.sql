-- Grain: One row per period and patent, with everything known of the patent itself.
with
patents as (
    select * from {{ ref('stg_grants__patents') }}
),

owned as (
    select * from {{ ref('int_patents_owned') }}
),

held as (
    select * from {{ ref('int_patents_held') }}
),

classified as (
    select * from {{ ref('int_patents_classified') }}
),

in_force as (
    select * from {{ ref('int_patents_in_force') }}
),

institutions as (
    select * from {{ ref('int_institutions_located') }}
),

final as (
    select
        patents.period,
        patents.patent_no,
        patents.title,
        patents.patent_type,
        patents.filing_date,
        in_force.grant_date,
        in_force.expiry_date,
        patents.ipc_codes,
        classified.main_ipc,
        classified.field_no,
        classified.field_name,
        in_force.legal_status,
        in_force.status_since,
        in_force.status_evidence,
        patents.abstract,
        held.owners,
        held.origin_owners,
        owned.owner_count,
        owned.first_owner_name,
        owned.has_enterprise_co_owner,
        owned.has_military_owner,
        institutions.institution_id,
        institutions.institution_name,
        institutions.institution_kind,
        institutions.province_code,
        institutions.province_name,
        institutions.city_code,
        institutions.city_name,
        in_force.cohort,
        in_force.is_granted,
        in_force.is_past_term,
        in_force.is_ended_by_status,
        in_force.is_in_force,
        in_force.is_frozen_stock,
        in_force.not_in_force_reason,
        owned.is_base_library,
        owned.out_of_scope_reason,
        patents.data_origin,
        {{ merge_lists([
            'patents.simulated_fields',
            "case when in_force.is_status_simulated and patents.data_origin = 'real' then "
            ~ status_columns_of_event() ~ " end",
            "case when held.is_changed_by_simulation and patents.data_origin = 'real' then "
            ~ owner_columns_of_event() ~ " end",
        ]) }} as simulated_fields,
        patents.received_at,
        patents.source_file,
        patents.source_row
    from patents
    inner join owned
        on
            patents.period = owned.period
            and patents.patent_no = owned.patent_no
    inner join held
        on
            patents.period = held.period
            and patents.patent_no = held.patent_no
    inner join classified
        on
            patents.period = classified.period
            and patents.patent_no = classified.patent_no
    inner join in_force
        on
            patents.period = in_force.period
            and patents.patent_no = in_force.patent_no
    left join institutions
        on
            owned.period = institutions.period
            and owned.institution_id = institutions.institution_id
)

select * from final
