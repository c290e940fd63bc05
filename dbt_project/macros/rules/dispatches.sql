{#- Facts that published months sent out come back as loads. -#}

{#- The load of the newest version of each month for a dataset of what was sent. -#}
{% macro newest_dispatches(dataset) -%}
    select load_id
    from (
        select
            load_id,
            row_number() over (partition by period order by received_at desc, load_id desc) as recency
        from {{ source('lake', 'loads') }}
        where source = 'dispatches' and dataset = '{{ dataset }}'
    )
    where recency = 1
{%- endmacro %}
