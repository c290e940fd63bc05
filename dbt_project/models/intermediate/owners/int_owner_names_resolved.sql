-- Grain: One row per period and owner's name, with the institution it means or why a person has to look.
-- A reviewer's decision that counts stands above what the rules say; one that does not is told and changes nothing.
with
names as (
    select * from {{ ref('int_owner_names_judged') }}
),

decisions as (
    select * from {{ ref('int_owner_decisions_effective') }}
),

decision_rule as (
    select * from {{ ref('owner_rules') }}
    where rule_id = 'reviewed_decision'
),

decided as (
    select
        names.*,
        decisions.institution_id as decided_institution_id,
        decisions.review_reason as decision_problem,
        decisions.owner_name is not null and decisions.review_reason is null as is_decided
    from names
    left join decisions
        on
            names.period = decisions.period
            and names.owner_name = decisions.owner_name
),

final as (
    select
        decided.period,
        decided.owner_name,
        decided.patent_count,
        decided.is_military,
        decided.reads_as_enterprise,
        case
            when not decided.is_decided then decided.resolution_status
            when decided.decided_institution_id is null then 'refused'
            else 'resolved'
        end as resolution_status,
        case when decided.is_decided then decision_rule.rule_id else decided.resolution_rule end as resolution_rule,
        case
            when decided.is_decided then decided.decided_institution_id
            else decided.institution_id
        end as institution_id,
        case when decided.is_decided then decided.owner_name else decided.matched_name end as matched_name,
        case when decided.is_decided then decision_rule.confidence else decided.confidence end as confidence,
        case
            when not decided.is_decided then coalesce(decided.decision_problem, decided.review_reason)
        end as review_reason,
        decided.candidate_ids,
        decided.candidate_names,
        decided.undecided_state
    from decided
    cross join decision_rule
)

select * from final
