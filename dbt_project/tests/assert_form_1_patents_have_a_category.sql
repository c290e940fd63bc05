-- A category for every patent of Form 1, and for no other.
select
    patent_no,
    disposition,
    form1_category
from {{ ref('fct_screening') }}
where (disposition = 'form_1') != (form1_category is not null)
