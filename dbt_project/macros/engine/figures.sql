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
