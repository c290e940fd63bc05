{#- Projections at the arrival rate (policy/coverage.yml): what remains, at so many in so many months, takes whole months
    after the month's end. -#}

{#- Whole months until nothing remains; null where nothing arrives, 0 where nothing remains. -#}
{% macro months_needed(remaining, recent, months) -%}
    case
        when {{ remaining }} <= 0 then 0
        when {{ recent }} > 0 then cast(ceil(cast({{ remaining }} * {{ months }} as double) / {{ recent }}) as integer)
    end
{%- endmacro %}

{#- The last day of the month that lies so many months after a month's end; null beyond the horizon. -#}
{% macro projected_day(month_end, months_needed) -%}
    case
        when {{ months_needed }} between 1 and {{ coverage_constants().horizon_months }}
            then cast(
                {{ dbt.last_day(dbt.dateadd('month', months_needed, month_end), 'month') }} as date
            )
    end
{%- endmacro %}

{#- Whether a unit that is behind and not yet due is at risk. -#}
{% macro is_at_risk(due, projected, needed, month_end) -%}
    case
        when {{ projected }} is not null then {{ projected }} > {{ due }}
        when {{ needed }} is not null then true
        else {{ dbt.datediff(month_end, due, 'day') }} <= {{ coverage_constants().at_risk_days }}
    end
{%- endmacro %}

{#- Months over which arrivals are averaged: fewer than the policy's in the first months of the programme. -#}
{% macro arrival_months() -%}
    {{- return([spine_months() | length, coverage_constants().arrival_months] | min) -}}
{%- endmacro %}

{#- First day of those months. -#}
{% macro arrivals_from() -%}
    cast('{{ spine_months()[arrival_months() - 1].period }}-01' as date)
{%- endmacro %}

{#- Days from one date to a later one; negative when it is earlier. -#}
{% macro days_between(first, second) -%}
    cast(
        {{ dbt.datediff(first, second, 'day') }} as bigint
    )
{%- endmacro %}
