-- Grain: One row per enterprise registered by the period and industry of it.
with
industries as (
    select * from {{ ref('int_enterprise_industries_found') }}
    where period = '{{ var("period") }}'
),

enterprises as (
    select * from {{ ref('dim_enterprises') }}
),

final as (
    select
        industries.period,
        industries.enterprise_id,
        industries.industry_code,
        industries.industry_name,
        industries.section_code,
        industries.industry_order,
        industries.industry_basis,
        industries.industry_evidence,
        enterprises.data_origin
    from industries
    inner join enterprises on industries.enterprise_id = enterprises.enterprise_id
)

select * from final
