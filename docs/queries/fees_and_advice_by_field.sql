-- Title: 分领域维持费用与建议
-- Answers: What it costs to keep the patents in force of each technical field, by what is advised: promote, keep, drop or judge first.
select
    field_name,
    sum(patent_count) as patents,
    sum(cost_to_expiry_yuan) as cost_to_expiry_yuan,
    sum(patent_count) filter (fee_advice = 'promote') as promote_patents,
    sum(patent_count) filter (fee_advice = 'keep') as keep_patents,
    sum(patent_count) filter (fee_advice = 'judge') as judge_patents,
    sum(patent_count) filter (fee_advice = 'drop') as drop_patents,
    coalesce(sum(cost_to_expiry_yuan) filter (fee_advice = 'drop'), 0) as saved_by_dropping_yuan
from fct_fee_summaries
where period = (select max(period) from fct_fee_summaries) and scope_kind = 'national' and field_code != 'all'
group by field_name
order by cost_to_expiry_yuan desc, field_name
