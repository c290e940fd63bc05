-- A name that several institutions claim resolves for none of them, so that their patents wait for a person.
{{ config(severity='warn') }}

select
    owner_name,
    institution_id
from {{ ref('int_institutions_named') }}
where
    period = '{{ var("period") }}'
    and is_claimed_by_several
