-- Grain: One row per period and patent of the base library, with one column fails_<rule_id> per screening rule.
with
patents as (
    select * from {{ ref('int_patents_described') }}
),

entries as (
    select * from {{ ref('int_entries_matched') }}
),

word_lists as (
    select * from {{ ref('word_lists') }}
),

joined as (
    select
        patents.period,
        patents.patent_no,
        patents.filing_date,
        patents.is_granted,
        patents.is_past_term,
        patents.is_ended_by_status,
        patents.has_military_owner,
        entries.patent_no is not null as is_inventoried,
        entries.maturity_word,
        entries.application_scenario,
        entries.prospect_level,
        entries.intent,
        entries.implementation_date,
        coalesce(entries.implementation_status, 'none') as implementation_status,
        coalesce(entries.implementation_evidence, 'none') as implementation_evidence,
        low_prospects.word is not null as is_prospect_low
    from patents
    left join entries
        on
            patents.period = entries.period
            and patents.patent_no = entries.patent_no
    left join word_lists as low_prospects
        on
            entries.prospect_level = low_prospects.word
            and low_prospects.list_name = 'low_prospect'
    where patents.is_base_library
),

final as (
    select
        period,
        patent_no,
        is_inventoried,
        not is_granted as fails_not_granted,
        is_past_term as fails_expired_by_term,
        is_ended_by_status as fails_status_not_in_force,
        has_military_owner as fails_military_owner,
        not is_inventoried as fails_not_inventoried,
        is_inventoried and maturity_word is null as fails_maturity_missing,
        is_inventoried and application_scenario is null as fails_scenario_missing,
        is_inventoried and prospect_level is null as fails_prospect_missing,
        is_inventoried and is_prospect_low as fails_prospect_low,
        is_inventoried and intent is null as fails_intent_missing,
        implementation_status != 'none' and implementation_date is null as fails_implementation_undated,
        implementation_status not in ('none', 'product')
        and implementation_evidence = 'none' as fails_implementation_unproven,
        implementation_status = 'product' and implementation_evidence = 'none' as fails_product_unproven,
        implementation_status = 'none'
        and implementation_evidence != 'none' as fails_evidence_without_implementation,
        coalesce(implementation_date < filing_date, false) as fails_implementation_before_filing
    from joined
)

select * from final
