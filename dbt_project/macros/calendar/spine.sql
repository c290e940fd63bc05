{#- The months of a build: the period and up to two before it, none before first_period, newest first.
    Tiers look one month back and changes compare two months, so three are enough for any of them. A quarter's build has a
    fourth, the one before the quarter, which is its opening: before first_period it is known by what that month's loads say.
    What was received before `freezes_at`, the end of the last day that policy/coverage.yml leaves in Asia/Shanghai, makes
    the denominators. -#}
{% macro spine_months() %}
    {%- set months = [] -%}
    {%- set first = var('first_period') -%}
    {%- set date = modules.datetime.date -%}
    {%- set number = (var('period')[:4] | int) * 12 + (var('period')[5:] | int) - 1 -%}
    {%- set known_days = modules.datetime.timedelta(days=coverage_constants().freeze_days) -%}
    {%- for back in range(var('month_count')) -%}
        {%- set month = number - back -%}
        {%- set next_start = date((month + 1) // 12, (month + 1) % 12 + 1, 1) -%}
        {%- set period = "%04d-%02d" % (month // 12, month % 12 + 1) -%}
        {%- if period >= first or back == 3 -%}
            {%- set loads_until = [period, first] | max -%}
            {%- set freezing = date(loads_until[:4] | int, loads_until[5:] | int, 1)
                + modules.datetime.timedelta(days=31) -%}
            {%- do months.append({
                'period': period,
                'month_end': (next_start - modules.datetime.timedelta(days=1)).isoformat(),
                'previous_period': "%04d-%02d" % ((month - 1) // 12, (month - 1) % 12 + 1),
                'months_back': back,
                'loads_until': loads_until,
                'freezes_at': (freezing.replace(day=1) + known_days).isoformat() ~ 'T00:00:00+08:00',
            }) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(months) -}}
{% endmacro %}

{#- The spine as a query; previous_period is null in the first month of the programme. -#}
{% macro spine() -%}
    {%- for month in spine_months() %}
    select
        '{{ month.period }}' as period,
        cast('{{ month.month_end }}' as date) as month_end,
        {% if month.previous_period >= var('first_period') %}'{{ month.previous_period }}'
        {%- else %}cast(null as varchar){% endif %} as previous_period,
        cast({{ month.months_back }} as integer) as months_back,
        '{{ month.loads_until }}' as loads_until,
        cast('{{ month.freezes_at }}' as timestamp with time zone) as freezes_at,
        cast('{{ var("as_of") }}' as timestamp with time zone)
        >= cast('{{ month.freezes_at }}' as timestamp with time zone) as is_frozen
    {%- if not loop.last %}
    union all
    {%- endif -%}
    {%- endfor %}
{%- endmacro %}

{#- Window that numbers rows of a raw table from the latest known: a later month wins, then a later receipt. -#}
{% macro latest_first(partition, raw) -%}
    partition by {{ partition | join(', ') }}
    order by {{ raw }}.period desc, {{ raw }}.received_at desc, {{ raw }}.load_id desc, {{ raw }}.source_row desc
{%- endmacro %}

{#- The rows of a raw table that each month knew, as `known_in`: the latest of a key has `recency` 1, `learned_at` is the instant
    at which the first was received. Large tables whose models do not read it stand without: DuckDB computes it all the same. -#}
{% macro known_rows(source_name, table_name, keys) -%}
    {%- set partition = ['periods.period'] -%}
    {%- for key in keys %}{% do partition.append('reported.' ~ key) %}{% endfor -%}
    select
        reported.*,
        periods.period as known_in,
        min(reported.received_at) over (partition by {{ partition | join(', ') }}) as learned_at,
        row_number() over ({{ latest_first(partition, 'reported') }}) as recency
    from {{ source(source_name, table_name) }} as reported
    inner join ({{ spine() }}) as periods on reported.period <= periods.loads_until
{%- endmacro %}
