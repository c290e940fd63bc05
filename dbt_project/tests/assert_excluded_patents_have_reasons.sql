-- Reasons and a next step for every excluded patent; reasons for no other.
select
    patent_no,
    disposition,
    reasons,
    next_step
from {{ ref('fct_screening') }}
where
    (disposition = 'excluded') != (reasons is not null)
    or (disposition = 'excluded' and next_step is null)
