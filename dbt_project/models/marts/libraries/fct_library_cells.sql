-- Grain: One row per city, technical field, maturity, prospect and tier with a convertible patent in the period.
with
released_lines as (
    select * from {{ ref('fct_dispatch_lines') }}
),

placed as (
    select
        *,
        concat_ws(
            '.',
            city_code,
            cast(coalesce(field_no, 0) as varchar),
            maturity_stage,
            prospect_level,
            market_prospect,
            tier
        ) as cell_id,
        data_origin = 'real' as is_real,
        data_origin = 'simulated'
        or coalesce(
            {{ lists_overlap('simulated_fields', "'market_prospect|maturity_stage|prospect_level|tier'") }}, false
        ) as is_simulated
    from released_lines
),

final as (
    select
        period,
        cell_id,
        province_code,
        province_name,
        city_code,
        city_name,
        field_no,
        field_name,
        maturity_stage,
        prospect_level,
        market_prospect,
        tier,
        count(*) as cell_patent_count,
        cast(sum(case when is_real then 1 else 0 end) as bigint) as cell_real_patent_count,
        cast(sum(case when is_simulated then 1 else 0 end) as bigint) as cell_simulated_patent_count,
        cast(sum(case when is_priority then 1 else 0 end) as bigint) as cell_priority_patent_count,
        case when bool_or(is_simulated) then 'simulated' else 'real' end as data_origin
    from placed
    group by
        period,
        cell_id,
        province_code,
        province_name,
        city_code,
        city_name,
        field_no,
        field_name,
        maturity_stage,
        prospect_level,
        market_prospect,
        tier
)

select * from final
