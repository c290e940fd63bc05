-- Grain: One row per enterprise that receives pushes in the period.
with
receiving as (
    select * from {{ ref('int_enterprises_receiving') }}
),

final as (
    select
        period,
        enterprise_id,
        enterprise_name,
        province_name,
        city_code,
        city_name,
        business_scope,
        interests,
        push_capacity,
        data_origin,
        simulated_fields
    from receiving
)

select * from final
