-- Title: 本月变动
-- Answers: What changed in the list of convertible patents against the month before, by kind and reason.
select
    period,
    change_kind,
    change_reason,
    count(*) as patents
from fct_dispatch_changes
where change_base = 'previous_month'
group by period, change_kind, change_reason
order by period, change_kind, patents desc, change_reason
