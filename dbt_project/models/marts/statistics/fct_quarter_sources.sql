-- Grain: One row per month of the quarter and source that its statistics are counted from, received or not.
-- A load without rows is received: it says that there was nothing to tell. A load that was rejected is not.
with
quarters as (
    select * from {{ ref('int_quarters') }}
    where is_current
),

months as (
    {{ spine() }}
),

sources as (
    select * from {{ ref('int_statistics_sources') }}
),

loads as (
    select * from {{ ref('int_loads_accepted') }}
),

final as (
    select
        '{{ var("period") }}' as period,
        quarters.quarter,
        months.period as load_period,
        sources.statistic_source,
        sources.source_arrival,
        count(loads.load_id) as load_count,
        cast(coalesce(sum(loads.row_count), 0) as bigint) as row_count,
        count(loads.load_id) > 0 as is_received
    from quarters
    inner join months on months.month_end between quarters.quarter_start and quarters.quarter_end
    cross join sources
    left join loads
        on
            months.period = loads.load_period
            and sources.statistic_source = loads.source
    group by
        quarters.quarter,
        months.period,
        sources.statistic_source,
        sources.source_arrival
)

select * from final
