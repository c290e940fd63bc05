-- Grain: One row per period and enterprise: the latest that was known.
with
periods as (
    {{ spine() }}
),

enterprises as (
    select * from {{ source('enterprises', 'enterprises') }}
),

ranked as (
    select
        enterprises.*,
        periods.period as known_in,
        min(
            least({{ shanghai_date('enterprises.received_at') }}, {{ month_end_of('enterprises.period') }})
        ) over (partition by periods.period, enterprises.enterprise_id) as first_reported_on,
        row_number() over (
            {{ latest_first(['periods.period', 'enterprises.enterprise_id'], 'enterprises') }}
        ) as recency
    from enterprises
    inner join periods on enterprises.period <= periods.loads_until
),

final as (
    select
        known_in as period,
        enterprise_id,
        enterprise_name,
        province_code,
        city_code,
        enterprise_classes,
        group_name,
        registered_on,
        business_scope,
        industry_codes,
        interests,
        push_capacity,
        former_names,
        merged_into,
        declared_conflicts,
        contact_name,
        contact_phone,
        data_origin,
        simulated_fields,
        first_reported_on,
        received_at,
        load_id,
        sender_id,
        source_file,
        source_row
    from ranked
    where recency = 1
)

select * from final
