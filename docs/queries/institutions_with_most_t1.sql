-- Title: T1 专利最多的单位
-- Answers: Institutions by their number of T1 patents and the share of their convertible patents that enterprises have judged.
select
    institution_name,
    city_name,
    count(*) as patents,
    count(*) filter (tier = 'T1') as t1,
    count(*) filter (tier = 'T2') as t2,
    round(count(*) filter (tier <> 'T0') / count(*), 3) as judged_share
from fct_dispatch_lines
where period = (select max(period) from fct_dispatch_lines)
group by institution_id, institution_name, city_name
order by t1 desc, t2 desc, institution_name
limit 20
