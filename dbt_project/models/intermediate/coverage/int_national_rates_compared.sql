-- Grain: One row per period, rate and frozen quarter ended by then: the nation's, compared with the first one frozen.
-- A rise counts when the two proportions differ by more than chance would let them (pooled z).
with
periods as (
    select * from {{ ref('int_periods') }}
    where months_back = 0
),

figures as (
    select
        *,
        {{ quarter_end_of('quarter') }} as quarter_end
    from {{ ref('stg_dispatches__quarterly_statistics') }}
    where
        scope_kind = 'national'
        and statistic_id in ('implementation', 'industrialisation')
        and denominator_count > 0
),

based as (
    select
        *,
        first_value(numerator_count) over (partition by statistic_id order by quarter) as base_numerator_count,
        first_value(denominator_count) over (partition by statistic_id order by quarter) as base_denominator_count
    from figures
),

compared as (
    select
        *,
        cast(numerator_count as double) / denominator_count
        - cast(base_numerator_count as double) / base_denominator_count as gain,
        cast(numerator_count + base_numerator_count as double) / (denominator_count + base_denominator_count) as pooled,
        1.0 / denominator_count + 1.0 / base_denominator_count as spread
    from based
),

final as (
    select
        periods.period,
        compared.statistic_id,
        compared.quarter,
        compared.quarter_end,
        compared.gain > 0
        and compared.gain > {{ statistics_constants().z }}
        * sqrt(compared.pooled * (1 - compared.pooled) * compared.spread) as is_risen,
        compared.data_origin = 'real' as is_real
    from compared
    inner join periods on compared.quarter_end <= periods.month_end
)

select * from final
