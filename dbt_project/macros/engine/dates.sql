{#- Instants as dates where people live. -#}

{#- The day of an instant in Asia/Shanghai. -#}
{% macro shanghai_date(instant) %}
    {{- return(adapter.dispatch('shanghai_date')(instant)) -}}
{% endmacro %}

{% macro duckdb__shanghai_date(instant) -%}
    cast(timezone('Asia/Shanghai', {{ instant }}) as date)
{%- endmacro %}
