-- Title: 存量变动原因
-- Answers: Why the stock and the inventory of a province grew or shrank since the month before; the causes add up to the difference.
select
    period,
    province_code,
    balance,
    change_cause,
    sum(moved_patent_count)::bigint as moved_patents
from fct_stock_changes
group by period, province_code, balance, change_cause
order by period, province_code, balance, moved_patents desc, change_cause
