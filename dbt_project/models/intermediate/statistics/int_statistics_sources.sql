-- Grain: One row per source that the statistics are counted from.
with
final as (
    select * from {{ ref('statistic_sources') }}
)

select * from final
