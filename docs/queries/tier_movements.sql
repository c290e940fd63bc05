-- Title: 分级变动
-- Answers: How many patents moved from which tier to which from month to month; arrivals have no tier before, departures none after.
with
tiers as (
    select distinct on (period, patent_no) period, patent_no, tier
    from fct_tiers
),

months as (
    select period, lag(period) over (order by period) as previous_period
    from (select distinct period from tiers)
)

select
    months.period,
    before.tier as tier_before,
    after.tier as tier_after,
    count(*) as patents
from months
cross join (select distinct patent_no from tiers) as patents
left join tiers as before on months.previous_period = before.period and patents.patent_no = before.patent_no
left join tiers as after on months.period = after.period and patents.patent_no = after.patent_no
where months.previous_period is not null and (before.tier is not null or after.tier is not null)
group by months.period, before.tier, after.tier
order by months.period, tier_before nulls first, tier_after nulls last
