{#- Texts searched and numbers as texts. -#}

{#- Whether a part stands in a text, letter by letter. -#}
{% macro contains_text(text, part) %}
    {{- return(adapter.dispatch('contains_text')(text, part)) -}}
{% endmacro %}

{% macro duckdb__contains_text(text, part) -%}
    contains({{ text }}, {{ part }})
{%- endmacro %}

{#- A number as a text with two decimals. -#}
{% macro two_decimals(number) -%}
    cast(cast({{ number }} as decimal(18, 2)) as varchar)
{%- endmacro %}
