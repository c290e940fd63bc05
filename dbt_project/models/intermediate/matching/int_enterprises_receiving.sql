-- Grain: One row per enterprise that receives pushes in the period: it goes on in itself and takes at least one patent.
with
enterprises as (
    select * from {{ ref('int_enterprises_located') }}
    where period = '{{ var("period") }}'
),

succeeded as (
    select * from {{ ref('int_enterprises_succeeded') }}
),

final as (
    select
        enterprises.period,
        enterprises.enterprise_id,
        enterprises.enterprise_name,
        enterprises.province_name,
        enterprises.city_code,
        enterprises.city_name,
        enterprises.business_scope,
        enterprises.interests,
        succeeded.evaluator_group,
        least(
            coalesce(enterprises.push_capacity, {{ matching_constants().max_patents_per_enterprise }}),
            {{ matching_constants().max_patents_per_enterprise }}
        ) as push_capacity,
        enterprises.data_origin,
        enterprises.simulated_fields
    from enterprises
    inner join succeeded
        on
            enterprises.period = succeeded.period
            and enterprises.enterprise_id = succeeded.enterprise_id
            and not succeeded.is_merged
    where coalesce(enterprises.push_capacity, 1) > 0
)

select * from final
