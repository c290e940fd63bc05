{#- Select expressions over lists of columns. -#}

{#- Sums of columns under their own names, as whole numbers. -#}
{% macro summed_columns(relation, names) -%}
    {%- for name in names %}
    cast(sum({{ relation }}.{{ name }}) as bigint) as {{ name }}{{ "," if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- Columns of a relation that may have no row for them: 0 then. -#}
{% macro columns_or_zero(relation, names) -%}
    {%- for name in names %}
    cast(coalesce({{ relation }}.{{ name }}, 0) as bigint) as {{ name }}{{ "," if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- Numbers of rows that meet the conditions, each under its name. -#}
{% macro counted_conditions(conditions) -%}
    {%- for name, condition in conditions.items() %}
    sum(case when {{ condition }} then 1 else 0 end) as {{ name }}{{ "," if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- One row per row and scope: the key columns and kind, code and name of the scope, from (kind, code, name) expressions. A
    scope without a code is left out. -#}
{% macro scope_rows(relation, key_columns, scopes) -%}
    {%- for kind, code, name in scopes %}
    select
        {{ key_columns | join(', ') }},
        '{{ kind }}' as scope_kind,
        {{ code }} as scope_code,
        {{ name }} as scope_name
    from {{ relation }}
    where {{ code }} is not null
    {%- if not loop.last %}
    union all
    {%- endif -%}
    {%- endfor %}
{%- endmacro %}
