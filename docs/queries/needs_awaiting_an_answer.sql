-- Title: 待答复的技术需求
-- Answers: Open needs of enterprises without an answer, the overdue first; who asks and what exactly is restricted and not shown.
select
    need_id,
    field_no,
    cooperation_modes,
    stated_on,
    days_open,
    due_on,
    is_overdue
from fct_needs
where
    period = (select max(period) from fct_needs)
    and need_status = 'open'
    and response_count = 0
order by is_overdue desc, days_open desc, need_id
