-- Grain: One row per period, enterprise and name that it, or the enterprise it goes on in, bears or has borne.
with
enterprises as (
    select * from {{ ref('stg_enterprises__enterprises') }}
),

succeeded as (
    select * from {{ ref('int_enterprises_succeeded') }}
),

former as (
    select
        period,
        enterprise_id,
        {{ explode_list('former_names', 'enterprise_name', 'name_position') }}
    from enterprises
    where former_names is not null
),

names as (
    select
        period,
        enterprise_id,
        enterprise_name
    from enterprises
    union
    select
        period,
        enterprise_id,
        enterprise_name
    from former
),

final as (
    select
        period,
        enterprise_id,
        enterprise_name
    from names
    union
    select
        succeeded.period,
        succeeded.enterprise_id,
        names.enterprise_name
    from succeeded
    inner join names
        on
            succeeded.period = names.period
            and succeeded.present_enterprise_id = names.enterprise_id
)

select * from final
