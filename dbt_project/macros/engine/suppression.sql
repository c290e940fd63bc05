{#- Scopes to be hidden beside the small ones, from a relation of one row per scope and part of it (table_of, scope_kind,
    scope_code, part_code, is_small, hiding_cost). The formula is `panhuo.statistics.suppression.complements`, which the
    profile's plugin brings into the engine; scopes are handed over in the order of their cost. -#}
{% macro complementary_scopes_of(parts) %}
    {{- return(adapter.dispatch('complementary_scopes_of')(parts)) -}}
{% endmacro %}

{% macro duckdb__complementary_scopes_of(parts) -%}
    select
        told.complement.scope_kind,
        told.complement.scope_code
    from (
        select unnest(complementary_scopes(
            list(
                struct_pack(
                    scope_kind := scope_kind,
                    scope_code := scope_code,
                    parts := parts,
                    cost := cast(hiding_cost as double),
                    is_small := is_small
                ) order by hiding_cost, scope_kind, scope_code
            )
        )) as complement
        from (
            select
                table_of,
                scope_kind,
                scope_code,
                is_small,
                hiding_cost,
                list(part_code order by part_code) as parts
            from {{ parts }}
            group by
                table_of,
                scope_kind,
                scope_code,
                is_small,
                hiding_cost
        ) as scopes
        group by table_of
    ) as told
{%- endmacro %}
