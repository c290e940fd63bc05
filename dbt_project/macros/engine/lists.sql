{#- Texts that hold several values joined with | -#}

{#- Two select expressions that turn a row into one row per value, with its position from 1. -#}
{% macro explode_list(text, value_name, position_name) %}
    {{- return(adapter.dispatch('explode_list')(text, value_name, position_name)) -}}
{% endmacro %}

{% macro duckdb__explode_list(text, value_name, position_name) -%}
    unnest(string_split({{ text }}, '|')) as {{ value_name }},
    generate_subscripts(string_split({{ text }}, '|'), 1) as {{ position_name }}
{%- endmacro %}

{#- First value of a list; null of null. -#}
{% macro first_of_list(text) %}
    {{- return(adapter.dispatch('first_of_list')(text)) -}}
{% endmacro %}

{% macro duckdb__first_of_list(text) -%}
    string_split({{ text }}, '|')[1]
{%- endmacro %}

{#- Whether two lists share a value; null when one is null. -#}
{% macro lists_overlap(left, right) %}
    {{- return(adapter.dispatch('lists_overlap')(left, right)) -}}
{% endmacro %}

{% macro duckdb__lists_overlap(left, right) -%}
    list_has_any(string_split({{ left }}, '|'), string_split({{ right }}, '|'))
{%- endmacro %}

{#- The values of several lists, each once, sorted; null when there is none. -#}
{% macro merge_lists(texts) %}
    {{- return(adapter.dispatch('merge_lists')(texts)) -}}
{% endmacro %}

{% macro duckdb__merge_lists(texts) -%}
    nullif(
        array_to_string(
            list_sort(list_distinct(string_split(nullif(concat_ws('|', {{ texts | join(', ') }}), ''), '|'))), '|'
        ),
        ''
    )
{%- endmacro %}

{#- A list with the values of another taken out and new values put where the first of them stood, each value once. The
    lists share a value. -#}
{% macro replace_in_list(text, taken_out, put_in) %}
    {{- return(adapter.dispatch('replace_in_list')(text, taken_out, put_in)) -}}
{% endmacro %}

{% macro duckdb__replace_in_list(text, taken_out, put_in) -%}
    {%- set gone = "string_split(" ~ taken_out ~ " || '|' || " ~ put_in ~ ", '|')" -%}
    {%- set place = "list_position(list_transform(string_split(" ~ text ~ ", '|'), x -> list_contains(string_split("
        ~ taken_out ~ ", '|'), x)), true)" -%}
    array_to_string(
        list_concat(
            list_filter(
                list_slice(string_split({{ text }}, '|'), 1, {{ place }} - 1), x -> not list_contains({{ gone }}, x)
            ),
            string_split({{ put_in }}, '|'),
            list_filter(
                list_slice(string_split({{ text }}, '|'), {{ place }}, -1), x -> not list_contains({{ gone }}, x)
            )
        ),
        '|'
    )
{%- endmacro %}

{#- The values of a list that another list does not hold, in their order; null when there is none. -#}
{% macro list_without(text, taken_out) %}
    {{- return(adapter.dispatch('list_without')(text, taken_out)) -}}
{% endmacro %}

{% macro duckdb__list_without(text, taken_out) -%}
    nullif(
        array_to_string(
            list_filter(
                string_split({{ text }}, '|'), x -> not list_contains(string_split({{ taken_out }}, '|'), x)
            ),
            '|'
        ),
        ''
    )
{%- endmacro %}

{#- The values of a column in a group, each once, sorted and joined; null when there is none. -#}
{% macro listed_once(text) %}
    {{- return(adapter.dispatch('listed_once')(text)) -}}
{% endmacro %}

{% macro duckdb__listed_once(text) -%}
    string_agg(distinct {{ text }}, '|' order by {{ text }})
{%- endmacro %}

{#- Whether a value is one of those that the policy lists; null when it is null. -#}
{% macro is_among(value, listed) -%}
    {{ value }} in ('{{ listed | join("', '") }}')
{%- endmacro %}

{#- A select expression that turns a row into so many rows, numbered from 1. -#}
{% macro explode_count(count, number_name) %}
    {{- return(adapter.dispatch('explode_count')(count, number_name)) -}}
{% endmacro %}

{% macro duckdb__explode_count(count, number_name) -%}
    unnest(generate_series(1, {{ count }})) as {{ number_name }}
{%- endmacro %}
