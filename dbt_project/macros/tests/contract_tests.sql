{#- Rows that share their key. -#}
{% test unique_rows(model, key_columns) %}
    select
        {{ key_columns | join(', ') }},
        count(*) as row_count
    from {{ model }}
    group by {{ key_columns | join(', ') }}
    having count(*) > 1
{% endtest %}

{#- Columns that must be filled and are not, with the number of rows. -#}
{% test required_columns(model, column_names) %}
    {%- for name in column_names %}
    select
        '{{ name }}' as column_name,
        count(*) as row_count
    from {{ model }}
    where {{ name }} is null
    having count(*) > 0
    {%- if not loop.last %}
    union all
    {%- endif -%}
    {%- endfor %}
{% endtest %}

{#- Codes that stand in no vocabulary, with the number of rows; a cell may hold several joined with |. -#}
{% test known_codes(model, codes_by_column) %}
    with
    {%- for name in codes_by_column %}
    values_of_{{ name }} as (
        select {{ explode_list(name, 'code', 'code_position') }}
        from {{ model }}
    ){{ "," if not loop.last }}
    {%- endfor %}
    {%- for name, codes in codes_by_column.items() %}
    select
        '{{ name }}' as column_name,
        code,
        count(*) as row_count
    from values_of_{{ name }}
    where code not in ('{{ codes | join("', '") }}')
    group by code
    {%- if not loop.last %}
    union all
    {%- endif -%}
    {%- endfor %}
{% endtest %}

{#- Values without a row in another relation, in the columns of the same or the given names; empty values are left out. -#}
{% test rows_exist_in(model, to, column_names, to_column_names=none) %}
    select {{ column_names | join(', ') }}
    from {{ model }}
    where {{ column_names | join(' is not null and ') }} is not null
    except
    select {{ (to_column_names or column_names) | join(', ') }}
    from {{ to }}
{% endtest %}
