-- Grain: One row per evidence of a deal, with the deal that it is evidence of.
-- Registrations and reports of one patent are matched one to one, the likest pair first: the same taker before an unread
-- text before another taker, then the fewer days apart, then by their keys. What finds no partner stays a deal of its own.
{%- set constants = deal_constants() %}
with
evidence as (
    select * from {{ ref('int_deal_evidence_keyed') }}
),

keys_of_takers as (
    select
        period,
        evidence_id,
        patent_no,
        {{ explode_list('taker_keys', 'taker_key', 'key_position') }}
    from evidence
    where taker_keys is not null
),

facts as (
    select
        evidence.period,
        evidence.patent_no,
        evidence.registered_kind,
        evidence.fact_key,
        min(evidence.registered_on) as registered_on,
        min(evidence.signed_on) as signed_on,
        {{ listed_once('keys_of_takers.taker_key') }} as taker_keys
    from evidence
    left join keys_of_takers
        on
            evidence.period = keys_of_takers.period
            and evidence.evidence_id = keys_of_takers.evidence_id
            and evidence.patent_no = keys_of_takers.patent_no
    where not evidence.is_withdrawn
    group by evidence.period, evidence.patent_no, evidence.registered_kind, evidence.fact_key
),

pairs as (
    select
        registered.period,
        registered.patent_no,
        registered.registered_kind,
        registered.fact_key as registered_key,
        reported.fact_key as reported_key,
        {{ dbt.datediff('reported.signed_on', 'registered.registered_on', 'day') }}
            as days_between,
        case
            when {{ lists_overlap('registered.taker_keys', 'reported.taker_keys') }} then 1
            when registered.taker_keys is null or reported.taker_keys is null then 2
            else 3
        end as distance
    from facts as registered
    inner join facts as reported
        on
            registered.period = reported.period
            and registered.patent_no = reported.patent_no
            and registered.registered_kind = reported.registered_kind
            and registered.registered_on is not null
            and reported.registered_on is null
),

near as (
    select * from pairs
    where
        days_between between -{{ constants.report_after_days }} and case distance
            when 1 then {{ constants.report_before_days }}
            else {{ constants.conflict_days }}
        end
),

{{ chosen_in_rounds(3) }}

placed as (
    select
        evidence.*,
        coalesce(chosen.registered_key, evidence.fact_key) as deal_key,
        chosen.distance
    from evidence
    left join chosen_3 as chosen
        on
            evidence.period = chosen.period
            and evidence.patent_no = chosen.patent_no
            and evidence.registered_kind = chosen.registered_kind
            and evidence.fact_key in (chosen.registered_key, chosen.reported_key)
),

-- A deal bears the number of what was learned of it first, which later evidence does not change.
final as (
    select
        *,
        patent_no || ':' || first_value(evidence_id) over (
            partition by period, patent_no, registered_kind, deal_key
            order by learned_at, evidence_id
        ) as deal_id
    from placed
)

select * from final
