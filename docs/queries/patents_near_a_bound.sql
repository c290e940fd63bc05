-- Title: 临界专利
-- Answers: Which patents one or two good evaluations would lift to T1 or T2: within 0.25 below the bound, everything else given.
select
    patent_no,
    title,
    institution_name,
    tier,
    trl,
    intent,
    theta,
    l80,
    evaluator_count,
    case when l80 between 3.25 and 3.5 then 'T1' else 'T2' end as next_tier,
    round(case when l80 between 3.25 and 3.5 then 3.5 - l80 else 3.0 - theta end, 3) as missing
from fct_dispatch_lines
where
    period = (select max(period) from fct_dispatch_lines)
    and evaluator_count >= 2
    and (
        (tier = 'T2' and trl >= 7 and l80 between 3.25 and 3.5 and list_has_any(string_split(intent, '|'), ['license', 'transfer']))
        or (tier = 'T4' and trl >= 4 and theta between 2.75 and 3.0)
    )
order by missing, patent_no
