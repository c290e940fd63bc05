-- Title: 法律状态
-- Answers: The base library by legal status and cohort, with those that are out of force and why.
select
    legal_status,
    cohort,
    count(*) as patents,
    count(*) filter (is_in_force) as in_force,
    string_agg(distinct not_in_force_reason, '|' order by not_in_force_reason) as not_in_force_reasons
from dim_patents
where period = (select max(period) from dim_patents) and is_base_library
group by legal_status, cohort
order by patents desc, legal_status, cohort
