-- Grain: One row per period and institution, with the names of its regions.
with
institutions as (
    select * from {{ ref('stg_institutions__institutions') }}
),

regions as (
    select * from {{ ref('regions') }}
),

-- A code outside the standard stands for its own name: one wrong code must not hold up a month.
final as (
    select
        institutions.period,
        institutions.institution_id,
        institutions.institution_name,
        institutions.aliases,
        institutions.former_names,
        institutions.reorganised_into,
        institutions.institution_uscc,
        institutions.ip_university_role,
        institutions.institution_kind,
        institutions.province_code,
        coalesce(provinces.region_name, institutions.province_code) as province_name,
        institutions.city_code,
        coalesce(cities.region_name, institutions.city_code) as city_name,
        institutions.ministry,
        institutions.data_origin,
        institutions.simulated_fields,
        institutions.received_at
    from institutions
    left join regions as provinces on institutions.province_code = provinces.region_code
    left join regions as cities on institutions.city_code = cities.region_code
)

select * from final
