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
