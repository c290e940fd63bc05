-- Title: 各项服务的推荐件数和最常见的缺项
-- Answers: For each service how many patents are suggested, and which criterion is missed most often by those that miss only one.
with near as (
    select service, missed_labels, count(*) as patents
    from fct_service_suggestions
    where period = (select max(period) from fct_service_suggestions) and missed_criterion_count = 1
    group by service, missed_labels
)

select
    service,
    count(*) as patents,
    count(*) filter (is_suggested) as suggested_patents,
    count(*) filter (missed_criterion_count = 1) as one_short_patents,
    (select arg_max(near.missed_labels, (near.patents, near.missed_labels)) from near where near.service = suggestions.service)
        as most_often_missed
from fct_service_suggestions as suggestions
where period = (select max(period) from fct_service_suggestions)
group by service
order by suggested_patents desc, service
