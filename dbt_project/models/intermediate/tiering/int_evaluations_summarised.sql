-- Grain: One row per period, patent and kind of evaluator, over the evaluations that count.
with
evaluations as (
    select * from {{ ref('int_evaluations_weighted') }}
),

-- Sums of fractions run over decimals: floats would make the last digits depend on the order of rows.
sums as (
    select
        period,
        patent_no,
        evaluator_kind,
        count(*) as evaluation_count,
        count(distinct evaluator_group) as evaluator_count,
        sum(prospect_score) as score_sum,
        min(prospect_score) as lowest_score,
        max(prospect_score) as highest_score,
        cast(sum(cast(weight as decimal(18, 9))) as double) as total_weight,
        cast(sum(cast(weight * corrected_score as decimal(18, 9))) as double) as weighted_score,
        cast(sum(cast(weight * leniency as decimal(18, 9))) as double) as weighted_leniency,
        bool_or(data_origin = 'simulated') as has_simulated_evaluation
    from evaluations
    group by period, patent_no, evaluator_kind
),

final as (
    select
        period,
        patent_no,
        evaluator_kind,
        evaluation_count,
        evaluator_count,
        lowest_score,
        highest_score,
        has_simulated_evaluation,
        round(cast(score_sum as double) / evaluation_count, 6) as mean_score,
        round(total_weight, 6) as total_weight,
        round(weighted_leniency / total_weight, 6) as mean_leniency,
        round(weighted_score / total_weight, 6) as mean_corrected_score
    from sums
)

select * from final
