-- Title: 未入选原因
-- Answers: Why patents of the base library are in neither form, by reason and province; a patent with two reasons counts under both.
with
excluded as (
    select province_code, is_priority, unnest(string_split(reasons, '|')) as reason
    from fct_screening
    where period = (select max(period) from fct_screening) and disposition = 'excluded'
)

select
    province_code,
    reason,
    count(*) as patents,
    count(*) filter (is_priority) as priority_patents
from excluded
group by province_code, reason
order by province_code, patents desc, reason
