{#- CTEs that choose pairs of deals one to one from `near`, each round the pairs that are the likest for both sides among those
    still free; the last is chosen_<rounds>. `near` holds a total order over pairs: distance, days apart, keys. -#}
{% macro chosen_in_rounds(rounds) -%}
    {%- for number in range(1, rounds + 1) %}
free_{{ number }} as (
    select
        near.*,
        row_number() over (
            partition by near.period, near.patent_no, near.registered_kind, near.registered_key
            order by near.distance, abs(near.days_between), near.registered_key, near.reported_key
        ) as registered_standing,
        row_number() over (
            partition by near.period, near.patent_no, near.registered_kind, near.reported_key
            order by near.distance, abs(near.days_between), near.registered_key, near.reported_key
        ) as reported_standing
    from near
    {%- if number > 1 %}
    where not exists (
        select 1 from chosen_{{ number - 1 }} as earlier
        where
            earlier.period = near.period
            and earlier.patent_no = near.patent_no
            and earlier.registered_kind = near.registered_kind
            and (earlier.registered_key = near.registered_key or earlier.reported_key = near.reported_key)
    )
    {%- endif %}
),

chosen_{{ number }} as (
    select
        period,
        patent_no,
        registered_kind,
        registered_key,
        reported_key,
        distance
    from free_{{ number }}
    where registered_standing = 1 and reported_standing = 1
    {%- if number > 1 %}
    union all
    select * from chosen_{{ number - 1 }}
    {%- endif %}
),
    {%- endfor %}
{%- endmacro %}
