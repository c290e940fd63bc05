-- Grain: One row per period, patent and enterprise that are a candidate pair.
with
scores as (
    select * from {{ source('matching', 'scores') }}
),

final as (
    select
        '{{ var("period") }}' as period,
        patent_no,
        enterprise_id,
        probability,
        learned_probability,
        scope_score,
        field_score,
        peers_score,
        concordance_score,
        industry_score,
        portfolio_score,
        holder_score,
        need_score,
        evaluations_score,
        response_score,
        region_score,
        sei_score,
        dense_score,
        need_id
    from scores
)

select * from final
