{#- Error rates with intervals of every inspected quarter, by stratum and of the whole (`all`), from a relation of strata.
    The formula is `panhuo.statistics.inspection.estimate`, which the profile's plugin brings into the engine. -#}
{% macro estimated_error_rates(strata) %}
    {{- return(adapter.dispatch('estimated_error_rates')(strata)) -}}
{% endmacro %}

{% macro duckdb__estimated_error_rates(strata) -%}
    select
        inspected_quarter,
        estimates.inspection_stratum,
        estimates.error_rate,
        estimates.error_rate_low,
        estimates.error_rate_high
    from (
        select
            inspected_quarter,
            unnest(estimate_error_rates(
                list(
                    struct_pack(
                        inspection_stratum := inspection_stratum,
                        stratum_size := stratum_size,
                        inspected_count := inspected_count,
                        wrong_count := wrong_count
                    ) order by inspection_stratum
                ),
                {{ inspection_constants().confidence }}
            )) as estimates
        from {{ strata }}
        group by inspected_quarter
    )
{%- endmacro %}
