-- Title: 战略性新兴产业与优先专利
-- Answers: Patents of the base library by strategic emerging industry: how many have priority, and how far they have come.
select
    coalesce(screening.sei_name, '未匹配产业') as sei_name,
    count(*) as patents,
    count(*) filter (screening.is_priority) as priority_patents,
    count(*) filter (screening.disposition = 'form_2') as convertible_patents,
    count(*) filter (lines.tier in ('T1', 'T2')) as t1_t2_patents
from fct_screening as screening
left join fct_dispatch_lines as lines using (period, patent_no)
where period = (select max(period) from fct_screening)
group by screening.sei_code, screening.sei_name
order by priority_patents desc, patents desc, sei_name
