-- Grain: One row per period and patent of Form 2, with the tier by the month's evidence alone.
with
scored as (
    select * from {{ ref('int_patents_scored') }}
),

entries as (
    select * from {{ ref('int_entries_matched') }}
),

stages as (
    select * from {{ ref('int_conversion_stages') }}
),

constants as (
    select * from {{ ref('int_constants_effective') }}
),

joined as (
    select
        scored.*,
        entries.trl,
        entries.intent,
        stages.conversion_stage,
        stages.is_stage_simulated,
        constants.min_evaluators,
        constants.t1_min_l80,
        constants.t1_min_trl,
        coalesce({{ lists_overlap('entries.intent', 'constants.t1_intents') }}, false) as has_t1_intent,
        constants.t2_min_theta,
        constants.t2_min_trl,
        constants.t3_min_theta,
        constants.t3_max_trl
    from scored
    inner join entries
        on
            scored.period = entries.period
            and scored.patent_no = entries.patent_no
    inner join stages
        on
            scored.period = stages.period
            and scored.patent_no = stages.patent_no
    inner join constants on scored.period = constants.period
),

final as (
    select
        period,
        patent_no,
        field_no,
        evaluation_count,
        evaluator_count,
        total_weight,
        field_mean,
        field_variance,
        mean_leniency,
        theta,
        theta_sd,
        l80,
        trl,
        intent,
        has_simulated_evaluation,
        latest_evaluation_received_at,
        latest_evaluation_source_file,
        latest_evaluation_source_row,
        case
            when evaluator_count < min_evaluators then 'T0'
            when l80 >= t1_min_l80 and trl >= t1_min_trl and has_t1_intent then 'T1'
            when theta >= t2_min_theta and trl >= t2_min_trl then 'T2'
            when theta >= t3_min_theta and (trl <= t3_max_trl or trl is null) then 'T3'
            else 'T4'
        end as raw_tier,
        has_t1_intent,
        conversion_stage,
        is_stage_simulated
    from joined
)

select * from final
