-- Title: 临近和逾期的任务
-- Answers: Dated duties that are late, or due within a quarter, with the number of those who bear them by status.
select
    milestone_id,
    milestone_title,
    due_date,
    milestone_status,
    count(*) as bearers,
    min(days_ahead) as fewest_days_ahead
from fct_milestones
where
    period = (select max(period) from fct_milestones)
    and milestone_status not in ('done', 'done_late', 'not_measured')
    and due_date <= last_day(strptime(period || '-01', '%Y-%m-%d')) + interval 3 month
group by milestone_id, milestone_title, due_date, milestone_status
order by due_date, milestone_id, milestone_status
