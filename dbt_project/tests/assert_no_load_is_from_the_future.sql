-- The warehouse holds only what was known at as_of and speaks for no month after the period.
select
    load_id,
    period,
    received_at
from {{ source('lake', 'loads') }}
where
    period > '{{ var("period") }}'
    or received_at > cast('{{ var("as_of") }}' as timestamp with time zone)
