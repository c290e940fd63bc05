-- Title: 财政资助闲置专利（内部）
-- Answers: Publicly funded patents by whether they are idle, and which criterion is not met where they are not. Internal to government.
select
    is_idle,
    coalesce(unmet_criteria, '各项符合') as unmet_criteria,
    count(*) as patents,
    count(distinct institution_id) as institutions,
    min(idle_threshold_date) as earliest_threshold
from fct_idle_funded_patents
where period = (select max(period) from fct_idle_funded_patents)
group by is_idle, unmet_criteria
order by is_idle desc, patents desc, unmet_criteria
