-- Grain: One row per patent of Form 2 in the period that too few independent evaluators, or too uncertain ones, have judged.
{%- set limits = expert_constants() %}
with
tiers as (
    select * from {{ ref('int_tiers_held') }}
    where period = '{{ var("period") }}'
),

constants as (
    select * from {{ ref('int_constants_effective') }}
),

owned as (
    select * from {{ ref('int_patents_owned') }}
),

assignments as (
    select * from {{ ref('int_expert_assignments_followed') }}
    where assignment_status = 'open'
),

open_assignments as (
    select
        period,
        patent_no,
        count(*) as open_assignment_count
    from assignments
    group by period, patent_no
),

-- The interval reaches as far above θ as L80 lies below it. Only a bound that the patent could meet is one.
bounded as (
    select
        tiers.period,
        tiers.patent_no,
        owned.institution_id,
        tiers.field_no,
        tiers.tier,
        tiers.evaluator_count,
        tiers.theta,
        tiers.l80,
        tiers.has_simulated_evaluation,
        2 * tiers.theta - tiers.l80 as u80,
        constants.min_evaluators,
        constants.t2_min_theta,
        constants.t3_min_theta,
        case when tiers.trl >= constants.t1_min_trl and tiers.has_t1_intent then constants.t1_min_l80 end as t1_bound,
        coalesce(open_assignments.open_assignment_count, 0) as open_assignment_count
    from tiers
    inner join constants on tiers.period = constants.period
    inner join owned
        on
            tiers.period = owned.period
            and tiers.patent_no = owned.patent_no
    left join open_assignments
        on
            tiers.period = open_assignments.period
            and tiers.patent_no = open_assignments.patent_no
),

needing as (
    select
        *,
        case
            when evaluator_count < min_evaluators then 'awaiting'
            when evaluator_count >= {{ limits.max_evaluators }} then null
            when l80 < t2_min_theta and t2_min_theta <= u80 then 'straddling'
            when l80 < t3_min_theta and t3_min_theta <= u80 then 'straddling'
            when l80 < t1_bound and t1_bound <= u80 then 'straddling'
        end as need_kind
    from bounded
),

final as (
    select
        period,
        patent_no,
        institution_id,
        field_no,
        tier,
        evaluator_count,
        theta,
        l80,
        need_kind,
        cast(open_assignment_count as bigint) as open_assignment_count,
        cast(
            greatest(
                case need_kind
                    when 'awaiting' then min_evaluators - evaluator_count
                    else {{ limits.straddling_seats }}
                end - open_assignment_count,
                0
            ) as bigint
        ) as seat_count,
        has_simulated_evaluation
    from needing
    where need_kind is not null
)

select * from final
