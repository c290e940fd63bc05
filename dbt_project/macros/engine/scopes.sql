{#- Business scopes taken apart. -#}

{#- Select expressions that turn a row into one row per piece between any of some characters: the piece, its position from 1. -#}
{% macro explode_pieces(text, separators, piece_name, position_name) %}
    {{- return(adapter.dispatch('explode_pieces')(text, separators, piece_name, position_name)) -}}
{% endmacro %}

{% macro duckdb__explode_pieces(text, separators, piece_name, position_name) -%}
    unnest(regexp_split_to_array({{ text }}, '[{{ separators }}]')) as {{ piece_name }},
    generate_subscripts(regexp_split_to_array({{ text }}, '[{{ separators }}]'), 1) as {{ position_name }}
{%- endmacro %}

{#- A text without what stands in full-width or plain brackets. -#}
{% macro without_brackets(text) %}
    {{- return(adapter.dispatch('without_brackets')(text)) -}}
{% endmacro %}

{% macro duckdb__without_brackets(text) -%}
    regexp_replace({{ text }}, '[（(][^（）()]*[）)]', '', 'g')
{%- endmacro %}

{#- A text without the words at its end that say what is done with a thing, and without what follows 的. -#}
{% macro thing_of(text, endings) %}
    {{- return(adapter.dispatch('thing_of')(text, endings)) -}}
{% endmacro %}

{% macro duckdb__thing_of(text, endings) -%}
    regexp_replace(regexp_replace(trim({{ text }}), '的.*$', ''), '({{ endings | join("|") }})+$', '')
{%- endmacro %}

{#- Whether a text ends with one of some words. -#}
{% macro ends_with_any(text, words) %}
    {{- return(adapter.dispatch('ends_with_any')(text, words)) -}}
{% endmacro %}

{% macro duckdb__ends_with_any(text, words) -%}
    regexp_matches({{ text }}, '({{ words | join("|") }})$')
{%- endmacro %}
