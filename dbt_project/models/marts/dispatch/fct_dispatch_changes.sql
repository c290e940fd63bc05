-- Grain: One row per patent whose line changed between the month before and the period.
with
changes as (
    select * from {{ ref('int_lines_changed') }}
    where period = '{{ var("period") }}'
),

final as (
    select
        period,
        patent_no,
        institution_id,
        province_code,
        city_code,
        change_base,
        change_kind,
        changed_columns,
        old_value,
        new_value,
        change_reason,
        data_origin,
        simulated_fields
    from changes
)

select * from final
