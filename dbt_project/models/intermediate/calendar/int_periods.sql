-- Grain: One row per month of the build: the period and up to two months before it, three for a quarter.
with
final as (
    {{ spine() }}
)

select * from final
