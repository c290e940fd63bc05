{#- The quarterly statistics (policy/statistics.yml) as the models count them. -#}

{#- Statistic → the column of fct_quarter_patents that says that a patent is in its numerator, in its denominator, that those
    are real, and how many of its events count and are excluded. -#}
{% macro statistic_columns() %}
    {%- set columns = {} -%}
    {%- for id, name, stock in [
        ('transfers', 'transferred', 'start'),
        ('licence_recordals', 'licensed', 'start'),
        ('implementation', 'implemented', 'end'),
        ('industrialisation', 'industrialised', 'end'),
        ('product_recordals', 'product_recorded', 'start'),
    ] -%}
        {%- set in_force = 'is_in_force_at_' ~ stock -%}
        {%- do columns.update({id: {
            'numerator': 'is_' ~ name ~ (' and is_in_force_at_end' if stock == 'end' else '_in_quarter'),
            'denominator': in_force ~ (' or is_' ~ name ~ '_in_quarter' if stock == 'start' else ''),
            'events': name ~ '_event_count' if stock == 'start' else '0',
            'excluded': name ~ '_excluded_count' if stock == 'start' else '0',
        }}) -%}
    {%- endfor -%}
    {{- return(columns) -}}
{% endmacro %}

{#- Kind of scope, its code and its name in fct_quarter_patents. -#}
{% macro statistic_scopes() %}
    {{- return([
        ('national', "'CN'", "'全国'"),
        ('province', 'province_code', 'province_name'),
        ('city', 'city_code', 'city_name'),
        ('ministry', "coalesce(ministry, 'none')", "coalesce(ministry, '地方所属')"),
        ('institution', 'institution_id', 'institution_name'),
        ('institution_kind', 'institution_kind', 'institution_kind'),
        ('technical_field', "coalesce(cast(field_no as varchar), 'none')", "coalesce(field_name, '未分类')"),
        ('patent_type', 'patent_type', 'patent_type'),
        ('cohort', 'cohort', 'cohort'),
    ]) -}}
{% endmacro %}

{#- The half-width and the centre of a Wilson interval (Wilson 1927) share their terms; `side` is -1 for the lower bound, 1 for the
    upper. Null without a denominator. -#}
{% macro wilson_bound(hits, total, side) -%}
    {%- set z = statistics_constants().z -%}
    case
        when {{ total }} > 0
            then greatest(0, least(1, (
                {{ hits }} + {{ z * z / 2 }}
                + {{ side * z }} * sqrt({{ hits }} * cast({{ total }} - {{ hits }} as double) / {{ total }} + {{ z * z / 4 }})
            ) / ({{ total }} + {{ z * z }})))
    end
{%- endmacro %}

{#- Sums of every statistic by scope, from fct_quarter_patents: one row per scope. -#}
{% macro statistic_sums(patents) -%}
    {%- for kind, code, name in statistic_scopes() %}
    select
        '{{ kind }}' as scope_kind,
        {{ code }} as scope_code,
        max({{ name }}) as scope_name,
        {%- for id, columns in statistic_columns().items() %}
        sum(case when {{ columns.numerator }} then 1 else 0 end) as {{ id }}_numerator,
        sum(case when {{ columns.denominator }} then 1 else 0 end) as {{ id }}_denominator,
        sum(case when ({{ columns.numerator }}) and data_origin = 'real' then 1 else 0 end) as {{ id }}_numerator_real,
        sum(case when ({{ columns.denominator }}) and data_origin = 'real' then 1 else 0 end) as {{ id }}_denominator_real,
        sum({{ columns.events }}) as {{ id }}_events,
        sum({{ columns.excluded }}) as {{ id }}_excluded{{ "," if not loop.last }}
        {%- endfor %}
    from {{ patents }}
    group by {{ code }}
    {%- if not loop.last %}
    union all
    {%- endif -%}
    {%- endfor %}
{%- endmacro %}

{#- Distinct products (项) by scope. -#}
{% macro results_by_scope(products) -%}
    {%- for kind, code, name in statistic_scopes() %}
    select
        '{{ kind }}' as scope_kind,
        {{ code }} as scope_code,
        'product_recordals' as statistic_id,
        count(distinct fact_id) as result_count
    from {{ products }}
    group by {{ code }}
    {%- if not loop.last %}
    union all
    {%- endif -%}
    {%- endfor %}
{%- endmacro %}

{#- The sums as one row per scope and statistic. -#}
{% macro figures_by_statistic(sums) -%}
    {%- for id in statistic_columns() %}
    select
        scope_kind,
        scope_code,
        scope_name,
        '{{ id }}' as statistic_id,
        {{ id }}_numerator as numerator_count,
        {{ id }}_denominator as denominator_count,
        {{ id }}_numerator_real as numerator_real_count,
        {{ id }}_denominator_real as denominator_real_count,
        {{ id }}_events as event_count,
        {{ id }}_excluded as excluded_event_count
    from {{ sums }}
    {%- if not loop.last %}
    union all
    {%- endif -%}
    {%- endfor %}
{%- endmacro %}

{#- The cells that a patent is counted in: one row per patent and kind of scope. -#}
{% macro patent_scopes(patents) -%}
    {%- for kind, code, name in statistic_scopes() %}
    select
        patent_no,
        '{{ kind }}' as scope_kind,
        {{ code }} as scope_code
    from {{ patents }}
    {%- if not loop.last %}
    union all
    {%- endif -%}
    {%- endfor %}
{%- endmacro %}

{#- Late events and the patents that they add to a quarter of effect, by scope, where the current quarter has one of them. -#}
{% macro late_by_scope(late) -%}
    {%- for kind, code, name in statistic_scopes() %}
    select
        effect_quarter,
        '{{ kind }}' as scope_kind,
        {{ code }} as scope_code,
        statistic_id,
        sum(case when is_added then 1 else 0 end) as added_patent_count,
        sum(case when is_added_to_stock then 1 else 0 end) as added_stock_count,
        sum(late_event_count) as added_event_count,
        bool_or(is_simulated) as is_simulated,
        {{ dbt.listagg('fact_ids', "'|'", 'order by fact_ids') }} as fact_ids
    from {{ late }}
    group by effect_quarter, {{ code }}, statistic_id
    having bool_or(is_new)
    {%- if not loop.last %}
    union all
    {%- endif -%}
    {%- endfor %}
{%- endmacro %}

{#- Name of what an event does to a patent → its statistic. -#}
{% macro event_statistics() -%}
    {{- return({
        'transferred': 'transfers', 'licensed': 'licence_recordals', 'product_recorded': 'product_recordals',
    }) -}}
{%- endmacro %}

{#- How many events of each statistic count in the quarter, and how many with effect in it count in none. -#}
{% macro events_by_statistic() -%}
        {%- for name, statistic in event_statistics().items() %}
        sum(case when facts.statistic_id = '{{ statistic }}' and facts.counted_quarter = facts.quarter then 1 else 0 end)
            as {{ name }}_event_count,
        sum(case
            when
                facts.statistic_id = '{{ statistic }}'
                and facts.exclusion_kind is not null
                and facts.effect_quarter = facts.quarter
                then 1
            else 0
        end) as {{ name }}_excluded_count{{ "," if not loop.last }}
        {%- endfor %}
{%- endmacro %}

{#- The same as columns of a patent, 0 without any, and whether it has one. -#}
{% macro event_columns(events) -%}
        {%- for name in event_statistics() %}
        coalesce({{ events }}.{{ name }}_event_count, 0) > 0 as is_{{ name }}_in_quarter,
        cast(coalesce({{ events }}.{{ name }}_event_count, 0) as bigint) as {{ name }}_event_count,
        cast(coalesce({{ events }}.{{ name }}_excluded_count, 0) as bigint) as {{ name }}_excluded_count{{ "," if not loop.last }}
        {%- endfor %}
{%- endmacro %}

{#- What each scope below the nation is a sum of, by the table that the reader sees it in: institutions, or for what institutions do
    not make up the scope itself. -#}
{% macro scope_parts(patents) -%}
    {%- for kind, code, _ in statistic_scopes() if kind != 'national' %}
    {%- set is_of_institutions = kind in ('province', 'city', 'ministry', 'institution', 'institution_kind') %}
    select distinct
        '{{ 'institution' if is_of_institutions else kind }}' as table_of,
        '{{ kind }}' as scope_kind,
        {{ code }} as scope_code,
        {{ 'institution_id' if is_of_institutions else code }} as part_code
    from {{ patents }}
    {%- if not loop.last %}
    union all
    {%- endif -%}
    {%- endfor %}
{%- endmacro %}

{#- The present quarter with the earlier ones that it is held against, by kind of comparison. -#}
{% macro compared_quarters(quarters) -%}
    {%- for kind, count in {'quarter_on_quarter': 1, 'year_on_year': 4}.items() %}
    select
        present.quarter,
        '{{ kind }}' as comparison_kind,
        earlier.quarter as earlier_quarter
    from {{ quarters }} as present
    inner join {{ quarters }} as earlier
        on cast({{ dbt.dateadd('quarter', -count, 'present.quarter_start') }} as date) = earlier.quarter_start
    where present.is_current
    {%- if not loop.last %}
    union all
    {%- endif -%}
    {%- endfor %}
{%- endmacro %}

{#- A count divided by another; null where that is 0. -#}
{% macro share_of(part, whole) -%}
    cast({{ part }} as double) / nullif({{ whole }}, 0)
{%- endmacro %}

{#- The probability outside one side of an interval, so that as many intervals hold together with the confidence. -#}
{% macro tail_of_all(count) -%}
    cast({{ (1 - statistics_constants().confidence) / 2 }} as double) / {{ count }}
{%- endmacro %}
