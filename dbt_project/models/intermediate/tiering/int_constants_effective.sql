-- Grain: One row per month of the build, with the tier constants in effect on its last day.
with
periods as (
    select * from {{ ref('int_periods') }}
),

tiering_constants as (
    select * from {{ ref('tiering_constants') }}
),

final as (
    select
        periods.period,
        periods.previous_period,
        periods.months_back,
        tiering_constants.*
    from periods
    inner join tiering_constants
        on periods.month_end between tiering_constants.effective_from and tiering_constants.effective_until
)

select * from final
