{#- The day that a reported row speaks for: that of its receipt, at the latest the last one of the month it was sent for. -#}
{% macro reported_on(row) -%}
    least(
        {{ shanghai_date(row ~ '.received_at') }},
        cast({{ dbt.last_day("cast(" ~ row ~ ".load_period || '-01' as date)", 'month') }} as date)
    )
{%- endmacro %}
