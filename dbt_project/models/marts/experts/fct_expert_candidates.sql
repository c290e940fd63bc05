-- Grain: One row per patent that needs experts in the period and expert of its technology field.
with
pairs as (
    select * from {{ ref('int_experts_paired') }}
    where period = '{{ var("period") }}'
),

final as (
    select
        period,
        patent_no,
        expert_id,
        employer_group,
        is_subclass_match,
        conflict_reason,
        data_origin
    from pairs
)

select * from final
