-- Grain: One row per period, institution and patent: the latest that was known.
-- An entry stands until a later one of the same institution replaces it.
with
periods as (
    {{ spine() }}
),

entries as (
    select * from {{ source('inventories', 'entries') }}
),

ranked as (
    select
        entries.*,
        periods.period as known_in,
        row_number() over (
            {{ latest_first(['periods.period', 'entries.sender_id', 'entries.patent_no'], 'entries') }}
        ) as recency
    from entries
    inner join periods on entries.period <= periods.loads_until
),

final as (
    select
        known_in as period,
        patent_no,
        title,
        entry_action,
        maturity_word,
        application_scenario,
        prospect_level,
        inventor_maturity_word,
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
        contact_name,
        contact_phone,
        data_origin,
        received_at,
        load_id,
        sender_id,
        source_file,
        source_row
    from ranked
    where recency = 1
)

select * from final
