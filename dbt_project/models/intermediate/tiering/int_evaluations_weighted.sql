-- Grain: One row per period, patent and evaluating enterprise whose evaluation counts, with its weight and corrected score.
with
evaluations as (
    select * from {{ ref('int_evaluations_counted') }}
    where uncounted_reason is null
),

evaluators as (
    select * from {{ ref('int_evaluators_calibrated') }}
),

constants as (
    select * from {{ ref('int_constants_effective') }}
),

-- Members of one corporate group share one weight on a patent.
final as (
    select
        evaluations.period,
        evaluations.patent_no,
        evaluations.enterprise_id,
        evaluations.evaluator_group,
        evaluations.evaluator_kind,
        evaluations.prospect_score,
        evaluations.data_origin,
        evaluations.received_at,
        evaluations.source_file,
        evaluations.source_row,
        case evaluations.evaluator_kind
            when 'expert' then constants.expert_weight
            else constants.enterprise_weight
        end
        / count(*) over (
            partition by evaluations.period, evaluations.patent_no, evaluations.evaluator_group
        ) as weight,
        evaluators.leniency,
        evaluations.prospect_score - evaluators.leniency as corrected_score
    from evaluations
    inner join evaluators
        on
            evaluations.period = evaluators.period
            and evaluations.enterprise_id = evaluators.enterprise_id
    inner join constants on evaluations.period = constants.period
)

select * from final
