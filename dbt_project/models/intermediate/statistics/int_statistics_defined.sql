-- Grain: One row per statistic and version of its definition.
with
final as (
    select * from {{ ref('statistic_definitions') }}
)

select * from final
