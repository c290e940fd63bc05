-- Title: 存疑和未计入的评价
-- Answers: How many evaluations do not count or bear a flag, by kind of evaluator and what is said against them.
select
    period,
    evaluator_kind,
    coalesce(uncounted_reason, '计入') as uncounted_reason,
    coalesce(flags, '无') as flags,
    count(*) as evaluations,
    count(distinct enterprise_id) as evaluators
from fct_evaluations
group by period, evaluator_kind, uncounted_reason, flags
order by period, evaluations desc, evaluator_kind, uncounted_reason, flags
