-- Grain: One row per period and load of that month or an earlier one.
with
periods as (
    {{ spine() }}
),

loads as (
    select * from {{ source('lake', 'loads') }}
),

final as (
    select
        periods.period,
        loads.load_id,
        loads.period as load_period,
        loads.source,
        loads.dataset,
        loads.sender_id,
        loads.source_file,
        loads.received_at,
        loads.row_count,
        loads.quarantined_count,
        loads.duplicate_count,
        loads.load_status,
        loads.rejection,
        loads.content_digest
    from loads
    inner join periods on loads.period <= periods.loads_until
)

select * from final
