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

{#- A template with every {name} replaced by its value. -#}
{% macro filled(template, values) -%}
    {%- set replaced = namespace(text=template) -%}
    {%- for name, value in values.items() -%}
        {%- set replaced.text = "replace(" ~ replaced.text ~ ", '{" ~ name ~ "}', cast(" ~ value ~ " as varchar))" -%}
    {%- endfor -%}
    {{ replaced.text }}
{%- endmacro %}
