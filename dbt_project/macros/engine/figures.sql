{#- Figures in sentences. -#}

{#- A figure with so many decimals, rounded. -#}
{% macro figure_text(value, digits) %}
    {{- return(adapter.dispatch('figure_text')(value, digits)) -}}
{% endmacro %}

{% macro duckdb__figure_text(value, digits) -%}
    format('{:.{{ digits }}f}', {{ value }})
{%- endmacro %}

{#- A figure with so many decimals, cut: what falls short of a bound never reads like the bound. Exact to six decimals. -#}
{% macro cut_figure_text(value, digits) %}
    {{- return(adapter.dispatch('cut_figure_text')(value, digits)) -}}
{% endmacro %}

{% macro duckdb__cut_figure_text(value, digits) -%}
    format(
        '{:.{{ digits }}f}',
        cast(floor(cast({{ value }} as decimal(18, 6)) * {{ 10 ** digits }}) as double) / {{ 10 ** digits }}
    )
{%- endmacro %}

{#- The two-sided p of two rates being equal, each told by hits and total (pipeline/sql_functions.py). -#}
{% macro two_sided_p(hits, total, other_hits, other_total) %}
    {{- return(adapter.dispatch('two_sided_p')(hits, total, other_hits, other_total)) -}}
{% endmacro %}

{% macro duckdb__two_sided_p(hits, total, other_hits, other_total) -%}
    two_sided_p({{ hits }}, {{ total }}, {{ other_hits }}, {{ other_total }})
{%- endmacro %}

{#- The exact bound of a rate below which it lies with a probability (pipeline/sql_functions.py). -#}
{% macro exact_bound(hits, total, tail) %}
    {{- return(adapter.dispatch('exact_bound')(hits, total, tail)) -}}
{% endmacro %}

{% macro duckdb__exact_bound(hits, total, tail) -%}
    exact_bound({{ hits }}, {{ total }}, {{ tail }})
{%- endmacro %}
