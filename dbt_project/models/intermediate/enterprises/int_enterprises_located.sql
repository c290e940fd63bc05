-- Grain: One row per period and enterprise, with the names of its regions.
with
enterprises as (
    select * from {{ ref('stg_enterprises__enterprises') }}
),

regions as (
    select * from {{ ref('regions') }}
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
        enterprises.enterprise_classes,
        enterprises.group_name,
        enterprises.registered_on,
        enterprises.business_scope,
        enterprises.data_origin,
        enterprises.simulated_fields,
        enterprises.received_at
    from enterprises
    left join regions as provinces on enterprises.province_code = provinces.region_code
    left join regions as cities on enterprises.city_code = cities.region_code
)

select * from final
