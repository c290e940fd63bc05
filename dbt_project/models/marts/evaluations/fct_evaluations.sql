-- Grain: One row per patent and enterprise: its latest evaluation known in the period, counted or not.
with
evaluations as (
    select * from {{ ref('int_evaluations_counted') }}
    where period = '{{ var("period") }}'
),

final as (
    select
        period,
        evaluation_id,
        patent_no,
        enterprise_id,
        evaluator_group,
        evaluator_kind,
        prospect_score,
        improvement_kind,
        improvement_wanted,
        cooperation_willingness,
        decline_reason,
        price_mode,
        evaluated_on,
        uncounted_reason,
        flags,
        data_origin,
        received_at
    from evaluations
)

select * from final
