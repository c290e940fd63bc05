-- Title: 同月各版本比较
-- Answers: What each published version of a month says of the tiers, up to when its data count, and how many tiers differ from the version before.
with
tiers as (
    select period, version, patent_no, tier
    from history.fct_tiers
),

differing as (
    select
        after.period,
        after.version,
        count(*) filter (before.tier is null) as new_patents,
        count(*) filter (before.tier <> after.tier) as changed_tiers
    from tiers as after
    left join tiers as before
        on after.period = before.period and after.patent_no = before.patent_no and after.version = before.version + 1
    group by after.period, after.version
)

select
    versions.period,
    versions.version,
    versions.as_of,
    count(*) as patents,
    count(*) filter (tiers.tier = 'T1') as t1,
    count(*) filter (tiers.tier = 'T2') as t2,
    case when versions.version > 1 then any_value(differing.new_patents) end as new_patents,
    case when versions.version > 1 then any_value(differing.changed_tiers) end as changed_tiers
from history.versions as versions
inner join tiers using (period, version)
inner join differing using (period, version)
where versions.product = 'monthly_dispatch'
group by versions.period, versions.version, versions.as_of
order by versions.period, versions.version
