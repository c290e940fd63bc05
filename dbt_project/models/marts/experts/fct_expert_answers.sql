-- Grain: One row per patent that an earlier month gave to an expert, with what came of it by the period.
with
assignments as (
    select * from {{ ref('int_expert_assignments_followed') }}
    where period = '{{ var("period") }}'
),

final as (
    select
        period,
        assigned_in,
        patent_no,
        expert_id,
        employer_id,
        need_kind,
        answer_due_on,
        assignment_status,
        evaluation_id,
        evaluated_on,
        data_origin,
        received_at
    from assignments
)

select * from final
