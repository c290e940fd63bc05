-- Grain: One row per period, patent and enterprise: what the newest earlier version of that very month pushed.
-- The view that a version was made in never holds what it sent itself, so this is empty for the first version of a month.
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
        pushes.patent_no,
        pushes.enterprise_id,
        pushes.data_origin
    from pushes
    inner join loads on pushes.load_id = loads.load_id
    inner join periods on pushes.period = periods.period
)

select * from final
