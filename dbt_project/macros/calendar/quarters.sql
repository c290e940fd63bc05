{#- The quarters of the programme up to that of the period, oldest first. A quarter may be frozen from `freezes_at` on, the end
    of the last day that policy/statistics.yml leaves in Asia/Shanghai. -#}
{% macro quarter_list() %}
    {%- set quarters = [] -%}
    {%- set date = modules.datetime.date -%}
    {%- set days = modules.datetime.timedelta -%}
    {%- set first = (var('first_period')[:4] | int) * 4 + (var('first_period')[5:] | int - 1) // 3 -%}
    {%- set last = (var('period')[:4] | int) * 4 + (var('period')[5:] | int - 1) // 3 -%}
    {%- for number in range(first, last + 1) -%}
        {%- set start = date(number // 4, number % 4 * 3 + 1, 1) -%}
        {%- set next_start = date((number + 1) // 4, (number + 1) % 4 * 3 + 1, 1) -%}
        {%- do quarters.append({
            'quarter': "%04d-Q%d" % (number // 4, number % 4 + 1),
            'quarter_start': start.isoformat(),
            'quarter_end': (next_start - days(days=1)).isoformat(),
            'opening_period': (start - days(days=1)).isoformat()[:7],
            'freezes_at': (next_start + days(days=statistics_constants().freeze_days)).isoformat() ~ 'T00:00:00+08:00',
            'is_current': number == last,
        }) -%}
    {%- endfor -%}
    {{- return(quarters) -}}
{% endmacro %}

{#- The quarter of a date, as text. -#}
{% macro quarter_of(day) -%}
    cast(extract(year from {{ day }}) as varchar) || '-Q' || cast(extract(quarter from {{ day }}) as varchar)
{%- endmacro %}

{#- The list as a query. -#}
{% macro quarter_rows() -%}
    {%- for quarter in quarter_list() %}
    select
        '{{ quarter.quarter }}' as quarter,
        cast('{{ quarter.quarter_start }}' as date) as quarter_start,
        cast('{{ quarter.quarter_end }}' as date) as quarter_end,
        '{{ quarter.opening_period }}' as opening_period,
        cast('{{ quarter.freezes_at }}' as timestamp with time zone) as freezes_at,
        {{ quarter.is_current | lower }} as is_current
    {%- if not loop.last %}
    union all
    {%- endif -%}
    {%- endfor %}
{%- endmacro %}
