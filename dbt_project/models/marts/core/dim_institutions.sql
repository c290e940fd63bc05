-- Grain: One row per institution registered by the period, with the size of its stock.
with
institutions as (
    select * from {{ ref('int_institutions_located') }}
    where period = '{{ var("period") }}'
),

patents as (
    select * from {{ ref('dim_patents') }}
),

stocks as (
    select
        institution_id,
        count(*) as patent_count
    from patents
    where
        is_base_library
        and is_in_force
    group by institution_id
),

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
        institutions.province_name,
        institutions.city_code,
        institutions.city_name,
        institutions.ministry,
        coalesce(stocks.patent_count, 0) as patent_count,
        institutions.data_origin,
        institutions.simulated_fields,
        institutions.received_at
    from institutions
    left join stocks on institutions.institution_id = stocks.institution_id
)

select * from final
