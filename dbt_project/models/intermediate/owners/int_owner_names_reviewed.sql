-- Grain: One row per period and owner's name that a person has to look at, with what to find out.
with
names as (
    select * from {{ ref('int_owner_names_resolved') }}
),

review_reasons as (
    select * from {{ ref('owner_review_reasons') }}
),

final as (
    select
        names.period,
        names.owner_name,
        names.review_reason,
        review_reasons.advice as review_advice,
        names.undecided_state,
        names.patent_count,
        names.candidate_ids,
        names.candidate_names,
        names.resolution_rule,
        names.matched_name
    from names
    inner join review_reasons on names.review_reason = review_reasons.review_reason
)

select * from final
