-- Grain: One row per period and expert: the latest that was known.
with
periods as (
    {{ spine() }}
),

experts as (
    select * from {{ source('experts', 'experts') }}
),

ranked as (
    select
        experts.*,
        periods.period as known_in,
        row_number() over (
            {{ latest_first(['periods.period', 'experts.expert_id'], 'experts') }}
        ) as recency
    from experts
    inner join periods on experts.period <= periods.loads_until
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
