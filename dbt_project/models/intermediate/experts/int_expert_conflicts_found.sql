-- Grain: One row per patent that needs experts in the period, expert and reason that keeps them apart.
with
needs as (
    select * from {{ ref('int_patents_needing_experts') }}
),

experts as (
    select * from {{ ref('int_experts_placed') }}
),

ties as (
    select * from {{ ref('int_expert_ties') }}
),

parties as (
    select * from {{ ref('int_patent_parties') }}
),

evaluations as (
    select * from {{ ref('int_evaluations_counted') }}
    where uncounted_reason is null
),

assignments as (
    select * from {{ ref('int_expert_assignments_followed') }}
    where assignment_status = 'open'
),

heard as (
    select
        period,
        patent_no,
        evaluator_group,
        'has_evaluated' as conflict_reason
    from evaluations
    union
    select
        period,
        patent_no,
        employer_group as evaluator_group,
        'open_assignment' as conflict_reason
    from assignments
),

final as (
    select
        parties.period,
        parties.patent_no,
        ties.expert_id,
        case
            when ties.tie_kind = 'former_employer' then 'former_employer'
            when ties.tie_kind = 'declared' then 'declared_conflict'
            when left(parties.party_key, 2) = 'G:' then 'same_group'
            when parties.party_role = 'institution' then 'same_organisation'
            else 'co_owner'
        end as conflict_reason
    from parties
    inner join ties
        on
            parties.period = ties.period
            and parties.party_key = ties.party_key
    union
    select
        needs.period,
        needs.patent_no,
        experts.expert_id,
        heard.conflict_reason
    from needs
    inner join heard
        on
            needs.period = heard.period
            and needs.patent_no = heard.patent_no
    inner join experts
        on
            heard.period = experts.period
            and heard.evaluator_group = experts.employer_group
)

select * from final
