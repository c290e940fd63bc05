-- Grain: One row per period, earlier month, patent and enterprise: what the newest version of that month pushed.
-- A version that pushes nothing is a load without rows, so the newest load is found among the loads.
with
periods as (
    {{ spine() }}
),

pushes as (
    select * from {{ source('dispatches', 'pushes') }}
),

loads as (
    {{ newest_dispatches('pushes') }}
),

final as (
    select
        periods.period,
        pushes.period as pushed_in,
        pushes.patent_no,
        pushes.enterprise_id,
        pushes.probability,
        pushes.data_origin
    from pushes
    inner join loads on pushes.load_id = loads.load_id
    inner join periods on pushes.period < periods.period
)

select * from final
