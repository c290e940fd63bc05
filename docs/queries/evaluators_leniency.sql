-- Title: 评价人宽严
-- Answers: How lenient (positive) or harsh enterprises and experts are by field, and what the correction does to their mean score.
select
    evaluator_kind,
    coalesce(lines.field_name, '未分类') as field_name,
    sum(evidence.evaluation_count)::bigint as evaluations,
    round(sum(evidence.mean_leniency * evidence.evaluation_count) / sum(evidence.evaluation_count), 3) as leniency,
    round(sum(evidence.mean_score * evidence.evaluation_count) / sum(evidence.evaluation_count), 3) as mean_score,
    round(sum(evidence.mean_corrected_score * evidence.evaluation_count) / sum(evidence.evaluation_count), 3) as corrected_score
from fct_tier_evidence as evidence
inner join fct_dispatch_lines as lines using (period, patent_no)
where period = (select max(period) from fct_tier_evidence)
group by evaluator_kind, lines.field_no, lines.field_name
order by evaluator_kind, lines.field_no nulls last
