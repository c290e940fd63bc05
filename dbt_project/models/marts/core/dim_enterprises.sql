-- Grain: One row per enterprise registered by the period.
with
enterprises as (
    select * from {{ ref('int_enterprises_located') }}
    where period = '{{ var("period") }}'
),

final as (
    select
        period,
        enterprise_id,
        enterprise_name,
        province_code,
        province_name,
        city_code,
        city_name,
        enterprise_classes,
        claimed_classes,
        former_names,
        present_enterprise_id,
        group_name,
        registered_on,
        business_scope,
        industry_codes,
        industry_basis,
        interests,
        push_capacity,
        data_origin,
        simulated_fields,
        received_at
    from enterprises
)

select * from final
