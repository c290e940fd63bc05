-- Title: 改进意见
-- Answers: What evaluators miss in each technical field, by kind; only where at least three independent evaluators say it.
select
    coalesce(lines.field_name, '未分类') as field_name,
    evaluations.improvement_kind,
    count(*) as evaluations,
    count(distinct evaluations.evaluator_group) as evaluators,
    count(distinct evaluations.patent_no) as patents
from fct_evaluations as evaluations
inner join fct_dispatch_lines as lines using (period, patent_no)
where
    period = (select max(period) from fct_evaluations)
    and evaluations.uncounted_reason is null
    and evaluations.improvement_kind is not null
group by lines.field_no, lines.field_name, evaluations.improvement_kind
having count(distinct evaluations.evaluator_group) >= 3
order by evaluations desc, field_name, improvement_kind
