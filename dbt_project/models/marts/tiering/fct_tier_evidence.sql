-- Grain: One row per patent of Form 2 and kind of evaluator whose evaluations count in the period.
with
summaries as (
    select * from {{ ref('int_evaluations_summarised') }}
    where period = '{{ var("period") }}'
),

tiers as (
    select * from {{ ref('fct_tiers') }}
),

final as (
    select
        tiers.period,
        tiers.patent_no,
        summaries.evaluator_kind,
        summaries.evaluation_count,
        summaries.evaluator_count,
        summaries.total_weight,
        summaries.mean_score,
        summaries.lowest_score,
        summaries.highest_score,
        summaries.mean_leniency,
        summaries.mean_corrected_score,
        case when summaries.has_simulated_evaluation then 'simulated' else 'real' end as data_origin
    from tiers
    inner join summaries on tiers.patent_no = summaries.patent_no
)

select * from final
