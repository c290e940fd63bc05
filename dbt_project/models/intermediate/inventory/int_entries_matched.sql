-- Grain: One row per period and patent that its reporting institution assessed.
with
entries as (
    select * from {{ ref('int_entries_attributed') }}
),

maturity_words as (
    select * from {{ ref('maturity_words') }}
),

final as (
    select
        entries.period,
        entries.patent_no,
        entries.institution_id,
        entries.sender_id,
        entries.maturity_word,
        words.maturity_scheme,
        words.trl,
        entries.application_scenario,
        entries.prospect_level,
        entries.inventor_maturity_word,
        inventor_words.maturity_scheme as inventor_maturity_scheme,
        inventor_words.trl as inventor_trl,
        entries.inventor_application_scenario,
        entries.inventor_prospect_level,
        entries.intent,
        entries.implementation_status,
        entries.implementation_date,
        entries.implementation_evidence,
        entries.idle_reason,
        coalesce(entries.is_licensed, false) as is_licensed,
        entries.license_kind,
        coalesce(entries.is_transferred, false) as is_transferred,
        coalesce(entries.is_abandoning, false) as is_abandoning,
        coalesce(entries.is_enterprise_co_owned, false) as is_enterprise_co_owned,
        coalesce(entries.is_disputed, false) as is_disputed,
        entries.is_publicly_funded,
        entries.funding_programme,
        entries.funding_project_name,
        entries.funding_project_no,
        entries.data_origin,
        entries.received_at,
        entries.source_file,
        entries.source_row
    from entries
    left join maturity_words as words
        on lower(replace(entries.maturity_word, ' ', '')) = words.maturity_key
    left join maturity_words as inventor_words
        on lower(replace(entries.inventor_maturity_word, ' ', '')) = inventor_words.maturity_key
    where entries.unmatched_reason is null
)

select * from final
