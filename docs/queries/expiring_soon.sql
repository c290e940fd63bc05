-- Title: 即将到期的好专利
-- Answers: T1 and T2 patents whose term ends within five years of the month: what has to be offered first.
select
    patent_no,
    title,
    institution_name,
    tier,
    conversion_stage,
    expiry_date,
    date_diff('month', last_day(strptime(period || '-01', '%Y-%m-%d')), expiry_date) as months_left
from fct_dispatch_lines
where
    period = (select max(period) from fct_dispatch_lines)
    and tier in ('T1', 'T2')
    and expiry_date <= last_day(strptime(period || '-01', '%Y-%m-%d')) + interval 5 year
order by expiry_date, patent_no
