{#- Instants as dates where people live. -#}

{#- The day of an instant in Asia/Shanghai. -#}
{% macro shanghai_date(instant) %}
    {{- return(adapter.dispatch('shanghai_date')(instant)) -}}
{% endmacro %}

{% macro duckdb__shanghai_date(instant) -%}
    cast(timezone('Asia/Shanghai', {{ instant }}) as date)
{%- endmacro %}

{#- The last day of a month given as text (2024-06). -#}
{% macro month_end_of(period) -%}
    {{ dbt.last_day("cast(" ~ period ~ " || '-01' as date)", 'month') }}
{%- endmacro %}

{#- The last day of a quarter given as text (2024-Q2). -#}
{% macro quarter_end_of(quarter) -%}
    {{ month_end_of("left(" ~ quarter ~ ", 4) || '-' || right('0' || cast(3 * cast(right(" ~ quarter ~ ", 1) as integer) as varchar), 2)") }}
{%- endmacro %}

{#- Months since the year 0, of a date and of a month given as text, so that months can be subtracted. -#}
{% macro month_number(day) -%}
    extract(year from {{ day }}) * 12 + extract(month from {{ day }})
{%- endmacro %}

{% macro month_number_of(period) -%}
    cast(left({{ period }}, 4) as integer) * 12 + cast(right({{ period }}, 2) as integer)
{%- endmacro %}
