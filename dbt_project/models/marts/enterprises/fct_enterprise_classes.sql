-- Grain: One row per enterprise registered by the period and class that it claims or has evidence of.
with
judged as (
    select * from {{ ref('int_enterprise_classes_judged') }}
    where period = '{{ var("period") }}'
),

enterprises as (
    select * from {{ ref('dim_enterprises') }}
),

final as (
    select
        judged.period,
        judged.enterprise_id,
        judged.enterprise_class,
        judged.class_status,
        judged.is_claimed,
        judged.class_evidence,
        judged.valid_from,
        judged.valid_until,
        coalesce(judged.data_origin, enterprises.data_origin) as data_origin
    from judged
    inner join enterprises on judged.enterprise_id = enterprises.enterprise_id
)

select * from final
