-- Grain: One row per patent of Form 2 in the period.
with
tiers as (
    select * from {{ ref('int_tiers_held') }}
    where period = '{{ var("period") }}'
),

explained as (
    select * from {{ ref('int_tiers_explained') }}
    where period = '{{ var("period") }}'
),

released_lines as (
    select * from {{ ref('fct_dispatch_lines') }}
),

final as (
    select
        tiers.period,
        tiers.patent_no,
        tiers.tier,
        tiers.raw_tier,
        explained.previous_tier,
        explained.previous_raw_tier,
        explained.is_tier_held,
        tiers.conversion_stage,
        tiers.evaluator_count,
        tiers.evaluation_count,
        tiers.total_weight,
        tiers.field_no,
        tiers.field_mean,
        tiers.field_variance,
        tiers.mean_leniency,
        tiers.theta,
        tiers.theta_sd,
        tiers.l80,
        tiers.trl,
        tiers.intent,
        explained.tier_explanation,
        tiers.latest_evaluation_received_at,
        tiers.latest_evaluation_source_file,
        tiers.latest_evaluation_source_row,
        released_lines.data_origin,
        released_lines.simulated_fields
    from tiers
    inner join explained on tiers.patent_no = explained.patent_no
    inner join released_lines on tiers.patent_no = released_lines.patent_no
)

select * from final
