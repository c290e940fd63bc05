-- Grain: One row per need stated by the period.
with
needs as (
    select * from {{ ref('int_needs_answered') }}
    where period = '{{ var("period") }}'
),

final as (
    select
        period,
        need_id,
        enterprise_id,
        evaluator_group,
        need_title,
        need_text,
        field_no,
        cooperation_modes,
        needed_by,
        stated_on,
        need_status,
        is_name_disclosed,
        response_count,
        first_responded_on,
        days_open,
        due_on,
        is_overdue,
        data_origin,
        received_at
    from needs
)

select * from final
