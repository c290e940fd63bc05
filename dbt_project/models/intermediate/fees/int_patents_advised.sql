-- Grain: One row per patent of the base library in force at the month's end, with what is advised.
-- The first rule of policy/fees.yml that it meets decides.
with
costed as (
    select * from {{ ref('int_patents_costed') }}
),

stages as (
    select * from {{ ref('int_conversion_stages') }}
),

tiers as (
    select * from {{ ref('int_tiers_held') }}
),

screened as (
    select * from {{ ref('int_patents_screened') }}
),

flagged as (
    select * from {{ ref('int_patents_flagged') }}
),

entries as (
    select * from {{ ref('int_entries_matched') }}
),

rules as (
    select * from {{ ref('fee_advice_rules') }}
),

judged as (
    select
        costed.period,
        costed.patent_no,
        entries.prospect_level,
        entries.implementation_status,
        tiers.tier,
        stages.conversion_stage,
        {{ is_stage_of_use('stages.conversion_stage') }} as meets_in_use,
        coalesce(flagged.is_abandoning, false) as meets_abandoning,
        stages.conversion_stage = 'intent' as meets_wanted,
        coalesce(tiers.tier in ('T1', 'T2'), false) as meets_ready,
        coalesce(entries.implementation_status in ('own_use', 'trial'), false) as meets_own_use,
        coalesce(tiers.tier = 'T4', false)
        or coalesce('|' || screened.reasons || '|' like '%|prospect_low|%', false) as meets_no_prospect,
        coalesce(tiers.tier = 'T3', false) as meets_to_cultivate,
        true as meets_unjudged
    from costed
    inner join stages
        on
            costed.period = stages.period
            and costed.patent_no = stages.patent_no
    left join screened
        on
            costed.period = screened.period
            and costed.patent_no = screened.patent_no
    left join flagged
        on
            costed.period = flagged.period
            and costed.patent_no = flagged.patent_no
    left join tiers
        on
            costed.period = tiers.period
            and costed.patent_no = tiers.patent_no
    left join entries
        on
            costed.period = entries.period
            and costed.patent_no = entries.patent_no
),

decided as (
    select
        *,
        case
            {% for rule_id in fee_advice_rule_ids() -%}
                when meets_{{ rule_id }} then '{{ rule_id }}'
            {% endfor %}
        end as fee_advice_reason
    from judged
),

final as (
    select
        decided.period,
        decided.patent_no,
        decided.prospect_level,
        decided.implementation_status,
        decided.tier,
        decided.conversion_stage,
        rules.fee_advice,
        decided.fee_advice_reason
    from decided
    inner join rules on decided.fee_advice_reason = rules.rule_id
)

select * from final
