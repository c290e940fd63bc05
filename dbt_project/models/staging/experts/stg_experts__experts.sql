-- Grain: One row per period and expert: the latest that was known.
with
ranked as (
    {{ known_rows('experts', 'experts', ['expert_id']) }}
),

final as (
    select
        known_in as period,
        expert_id,
        expert_name,
        contact_phone,
        employer_id,
        employer_name,
        former_employers,
        declared_conflicts,
        industry_codes,
        upper(ipc_subclasses) as ipc_subclasses,
        monthly_capacity,
        available_from,
        available_until,
        data_origin,
        received_at,
        load_id,
        sender_id,
        source_file,
        source_row
    from ranked
    where recency = 1
)

select * from final
