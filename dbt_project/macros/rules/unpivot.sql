{#- One row per true flag: the key columns and the flag's code, from boolean columns named <prefix><code>. -#}
{% macro true_flags(relation, key_columns, prefix, codes, code_name) -%}
    {%- for code in codes %}
    select
        {{ key_columns | join(', ') }},
        '{{ code }}' as {{ code_name }}
    from {{ relation }}
    where {{ prefix }}{{ code }}
    {%- if not loop.last %}
    union all
    {%- endif -%}
    {%- endfor %}
{%- endmacro %}

{#- One row per key and column whose text differs between two relations, with both cells as column=value. The | that joins
    the values of a cell becomes a comma, because cells are joined with | themselves. -#}
{% macro column_differences(current, previous, key, column_names) -%}
    {%- for name in column_names %}
    select
        {{ current }}.{{ key }},
        '{{ name }}' as column_name,
        '{{ name }}=' || replace(coalesce({{ previous }}.{{ name }}, ''), '|', ',') as old_cell,
        '{{ name }}=' || replace(coalesce({{ current }}.{{ name }}, ''), '|', ',') as new_cell
    from {{ current }}
    inner join {{ previous }} on {{ current }}.{{ key }} = {{ previous }}.{{ key }}
    where {{ current }}.{{ name }} is distinct from {{ previous }}.{{ name }}
    {%- if not loop.last %}
    union all
    {%- endif -%}
    {%- endfor %}
{%- endmacro %}
