{#- Texts taken apart by characters -#}

{#- Two select expressions that turn a row into one row per character of a text: its position from 1, and the character. -#}
{% macro explode_characters(text, character_name, position_name) %}
    {{- return(adapter.dispatch('explode_characters')(text, character_name, position_name)) -}}
{% endmacro %}

{% macro duckdb__explode_characters(text, character_name, position_name) -%}
    unnest(string_split({{ text }}, '')) as {{ character_name }},
    generate_subscripts(string_split({{ text }}, ''), 1) as {{ position_name }}
{%- endmacro %}
