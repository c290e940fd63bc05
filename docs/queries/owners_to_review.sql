-- Title: 待认定的权利人名称
-- Answers: Owners' names on which a person has to decide, with the number of patents that wait for it, month by month.
select
    period,
    owner_name,
    review_reason,
    candidate_names,
    patent_count
from fct_owner_reviews
order by period desc, patent_count desc, owner_name
