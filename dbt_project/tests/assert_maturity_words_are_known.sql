-- Words that policy/maturity.yml does not map: their patents have no trl and reach neither T1 nor T2.
{{ config(severity='warn') }}

select
    maturity_word,
    entry_count
from {{ ref('int_maturity_words_unmapped') }}
where period = '{{ var("period") }}'
