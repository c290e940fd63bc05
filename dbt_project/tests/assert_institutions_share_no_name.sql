-- A name that several institutions claim: the patents under it may report to the wrong one.
{{ config(severity='warn') }}

select
    owner_name,
    institution_id
from {{ ref('int_institutions_named') }}
where
    period = '{{ var("period") }}'
    and is_claimed_by_several
