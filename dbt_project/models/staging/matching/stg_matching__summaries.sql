-- Grain: One row per period.
with
summaries as (
    select * from {{ source('matching', 'summaries') }}
),

final as (
    select
        '{{ var("period") }}' as period,
        pushable_patent_count,
        recipient_count,
        candidate_count,
        missing_recipient_count,
        objective,
        objective_bound,
        institution_gini,
        city_gini
    from summaries
)

select * from final
