-- Grain: One row per expert of the pool in the period, without names and contacts.
with
experts as (
    select * from {{ ref('int_experts_placed') }}
    where period = '{{ var("period") }}'
),

final as (
    select
        period,
        expert_id,
        employer_id,
        employer_name,
        employer_group,
        industry_codes,
        ipc_subclasses,
        field_nos,
        monthly_capacity,
        available_from,
        available_until,
        is_available,
        open_assignment_count,
        recent_assignment_count,
        room_count,
        data_origin,
        received_at
    from experts
)

select * from final
