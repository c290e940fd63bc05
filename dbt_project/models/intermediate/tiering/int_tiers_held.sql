-- Grain: One row per patent of Form 2 and period, this one and the one before, with the tier after hysteresis.
-- A move down needs two consecutive months. That rule, applied month after month, always gives the better of the last two
-- months' raw tiers: the held tier is never worse than last month's evidence, and falls as soon as two months are below it.
-- T0 is no evidence: coming from it any tier applies at once. The oldest month of the build only serves as a look back.
with
scored as (
    select * from {{ ref('int_tiers_scored') }}
),

periods as (
    select * from {{ ref('int_periods') }}
),

compared as (
    select
        scored.*,
        nullif(previous.raw_tier, 'T0') as previous_raw_tier
    from scored
    inner join periods
        on
            scored.period = periods.period
            and periods.months_back <= 1
    left join scored as previous
        on
            periods.previous_period = previous.period
            and scored.patent_no = previous.patent_no
),

final as (
    select
        *,
        case
            when raw_tier = 'T0' then coalesce(previous_raw_tier, raw_tier)
            else least(raw_tier, coalesce(previous_raw_tier, raw_tier))
        end as tier
    from compared
)

select * from final
