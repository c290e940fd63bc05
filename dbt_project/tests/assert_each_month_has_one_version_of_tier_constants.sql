-- Without constants a month would lose its tiers without a word.
select
    periods.period,
    count(constants.period) as version_count
from {{ ref('int_periods') }} as periods
left join {{ ref('int_constants_effective') }} as constants on periods.period = constants.period
group by periods.period
having count(constants.period) != 1
