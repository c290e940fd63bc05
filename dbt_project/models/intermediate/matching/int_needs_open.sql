-- Grain: One row per need that a recipient of the period, or an enterprise that went into it, has open.
with
needs as (
    select * from {{ ref('stg_needs__needs') }}
    where
        period = '{{ var("period") }}'
        and need_status = 'open'
),

periods as (
    select * from {{ ref('int_periods') }}
),

succeeded as (
    select * from {{ ref('int_enterprises_succeeded') }}
),

recipients as (
    select * from {{ ref('int_enterprises_receiving') }}
),

final as (
    select
        needs.period,
        needs.need_id,
        recipients.enterprise_id,
        needs.ipc_codes,
        needs.data_origin
    from needs
    inner join periods on needs.period = periods.period
    inner join succeeded
        on
            needs.period = succeeded.period
            and needs.enterprise_id = succeeded.enterprise_id
    inner join recipients
        on
            succeeded.period = recipients.period
            and succeeded.present_enterprise_id = recipients.enterprise_id
    where coalesce(needs.needed_by > periods.month_end, true)
)

select * from final
