-- Grain: One row per patent of Form 2 in the period: where it stands, as its institution is told.
-- What too few evaluators said of a patent is not told: how many they are and what they make of it stays empty.
with
released_lines as (
    select * from {{ ref('fct_dispatch_lines') }}
),

tiers as (
    select * from {{ ref('fct_tiers') }}
),

final as (
    select
        released_lines.period,
        released_lines.patent_no,
        released_lines.institution_id,
        released_lines.title,
        released_lines.field_no,
        released_lines.field_name,
        tiers.tier,
        tiers.previous_tier,
        case
            when tiers.previous_tier is null then 'first'
            when tiers.previous_tier = tiers.tier then 'same'
            when tiers.previous_tier = 'T0' then 'rated'
            when tiers.tier = 'T0' or tiers.tier > tiers.previous_tier then 'down'
            else 'up'
        end as tier_move,
        tiers.conversion_stage,
        case when tiers.evaluator_count >= {{ digest_constants().min_evaluators }} then tiers.evaluator_count end
            as evaluator_count,
        case when tiers.evaluator_count >= {{ digest_constants().min_evaluators }} then tiers.theta end as theta,
        released_lines.data_origin,
        released_lines.simulated_fields
    from released_lines
    inner join tiers on released_lines.patent_no = tiers.patent_no
)

select * from final
