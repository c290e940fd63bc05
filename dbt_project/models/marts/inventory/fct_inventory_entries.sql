-- Grain: One row per patent that its reporting institution assessed by the period.
with
entries as (
    select * from {{ ref('int_entries_matched') }}
    where period = '{{ var("period") }}'
),

final as (
    select
        period,
        patent_no,
        institution_id,
        maturity_word,
        maturity_scheme,
        trl,
        application_scenario,
        prospect_level,
        inventor_maturity_word,
        inventor_maturity_scheme,
        inventor_trl,
        inventor_application_scenario,
        inventor_prospect_level,
        intent,
        implementation_status,
        implementation_date,
        implementation_evidence,
        idle_reason,
        is_licensed,
        license_kind,
        is_transferred,
        is_abandoning,
        is_enterprise_co_owned,
        is_disputed,
        is_publicly_funded,
        funding_programme,
        funding_project_name,
        funding_project_no,
        data_origin,
        received_at,
        source_file,
        source_row
    from entries
)

select * from final
