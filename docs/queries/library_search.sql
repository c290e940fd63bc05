-- Title: 检索分级库
-- Answers: The library of a city searched by field, maturity, prospect and tier: mature inventions that may be licensed, best first.
select
    patent_no,
    title,
    institution_name,
    city_name,
    field_name,
    maturity_stage,
    prospect_level,
    market_prospect,
    tier,
    conversion_stage,
    theta,
    evaluator_count
from fct_dispatch_lines
where
    period = (select max(period) from fct_dispatch_lines)
    and patent_type = 'invention'
    and maturity_stage in ('mature', 'middle')
    and prospect_level in ('high', 'medium')
    and tier in ('T1', 'T2')
    and list_contains(string_split(intent, '|'), 'license')
order by tier, theta desc, patent_no
limit 50
