-- Grain: One row per period and institution: the latest that was known.
with
ranked as (
    {{ known_rows('institutions', 'institutions', ['institution_id']) }}
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
