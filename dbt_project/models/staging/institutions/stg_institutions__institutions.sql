-- Grain: One row per period and institution: the latest that was known.
with
periods as (
    {{ spine() }}
),

institutions as (
    select * from {{ source('institutions', 'institutions') }}
),

ranked as (
    select
        institutions.*,
        periods.period as known_in,
        row_number() over (
            {{ latest_first(['periods.period', 'institutions.institution_id'], 'institutions') }}
        ) as recency
    from institutions
    inner join periods on institutions.period <= periods.loads_until
),

final as (
    select
        known_in as period,
        institution_id,
        institution_name,
        aliases,
        former_names,
        reorganised_into,
        institution_uscc,
        ip_university_role,
        institution_kind,
        province_code,
        city_code,
        ministry,
        data_origin,
        simulated_fields,
        received_at,
        load_id,
        sender_id,
        source_file,
        source_row
    from ranked
    where recency = 1
)

select * from final
