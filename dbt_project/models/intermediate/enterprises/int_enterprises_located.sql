-- Grain: One row per period and enterprise, with the names of its regions.
with
enterprises as (
    select * from {{ ref('stg_enterprises__enterprises') }}
),

regions as (
    select * from {{ ref('regions') }}
),

succeeded as (
    select * from {{ ref('int_enterprises_succeeded') }}
),

judged as (
    select * from {{ ref('int_enterprise_classes_judged') }}
),

found as (
    select * from {{ ref('int_enterprise_industries_found') }}
),

classes as (
    select
        period,
        enterprise_id,
        {{ dbt.listagg('case when is_counted then enterprise_class end', "'|'", 'order by class_order') }}
            as enterprise_classes,
        {{ dbt.listagg('case when is_claimed then enterprise_class end', "'|'", 'order by class_order') }}
            as claimed_classes
    from judged
    group by period, enterprise_id
),

industries as (
    select
        period,
        enterprise_id,
        min(industry_basis) as industry_basis,
        {{ dbt.listagg('industry_code', "'|'", 'order by industry_order') }} as industry_codes
    from found
    group by period, enterprise_id
),

final as (
    select
        enterprises.period,
        enterprises.enterprise_id,
        enterprises.enterprise_name,
        enterprises.province_code,
        coalesce(provinces.region_name, enterprises.province_code) as province_name,
        enterprises.city_code,
        coalesce(cities.region_name, enterprises.city_code) as city_name,
        classes.enterprise_classes,
        classes.claimed_classes,
        enterprises.former_names,
        succeeded.present_enterprise_id,
        enterprises.group_name,
        enterprises.registered_on,
        enterprises.business_scope,
        industries.industry_codes,
        industries.industry_basis,
        enterprises.interests,
        enterprises.push_capacity,
        enterprises.data_origin,
        enterprises.simulated_fields,
        enterprises.received_at
    from enterprises
    inner join succeeded
        on
            enterprises.period = succeeded.period
            and enterprises.enterprise_id = succeeded.enterprise_id
    left join classes
        on
            enterprises.period = classes.period
            and enterprises.enterprise_id = classes.enterprise_id
    left join industries
        on
            enterprises.period = industries.period
            and enterprises.enterprise_id = industries.enterprise_id
    left join regions as provinces on enterprises.province_code = provinces.region_code
    left join regions as cities on enterprises.city_code = cities.region_code
)

select * from final
