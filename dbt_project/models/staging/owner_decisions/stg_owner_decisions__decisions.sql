-- Grain: One row per period, load and name: every decision that was known.
with
periods as (
    {{ spine() }}
),

decisions as (
    select * from {{ source('owner_decisions', 'decisions') }}
),

final as (
    select
        periods.period,
        decisions.owner_name,
        decisions.undecided_state,
        decisions.owner_decision,
        decisions.institution_id,
        decisions.decision_basis,
        decisions.decided_by,
        decisions.decided_on,
        decisions.data_origin,
        decisions.received_at,
        decisions.load_id,
        decisions.sender_id,
        decisions.source_file,
        decisions.source_row
    from decisions
    inner join periods on decisions.period <= periods.loads_until
)

select * from final
