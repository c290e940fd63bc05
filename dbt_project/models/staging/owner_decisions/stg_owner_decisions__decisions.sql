-- Grain: One row per period and name: the latest that was known.
with
periods as (
    {{ spine() }}
),

decisions as (
    select * from {{ source('owner_decisions', 'decisions') }}
),

ranked as (
    select
        decisions.*,
        periods.period as known_in,
        row_number() over (
            {{ latest_first(['periods.period', 'decisions.owner_name'], 'decisions') }}
        ) as recency
    from decisions
    inner join periods on decisions.period <= periods.period
),

final as (
    select
        known_in as period,
        owner_name,
        owner_decision,
        institution_id,
        decision_basis,
        decided_by,
        decided_on,
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
