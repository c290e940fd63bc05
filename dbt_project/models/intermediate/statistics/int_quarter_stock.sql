-- Grain: One row per patent of the period, with whom it belonged to at both ends of the quarter and whether it was in force.
with
quarters as (
    select * from {{ ref('int_quarters') }}
    where is_current
),

patents as (
    select * from {{ ref('int_patents_described') }}
),

succeeded as (
    select * from {{ ref('int_institutions_succeeded') }}
),

final as (
    select
        closing.period,
        closing.patent_no,
        quarters.quarter_start,
        closing.institution_id,
        closing.grant_date,
        closing.legal_status,
        closing.not_in_force_reason,
        closing.is_in_force,
        closing.is_base_library and closing.is_in_force as is_stock,
        opening.institution_id as previous_institution_id,
        coalesce(
            succeeded.present_institution_id = closing.institution_id
            and succeeded.institution_id != closing.institution_id,
            false
        ) as is_reorganised,
        opening.patent_no is not null as was_known,
        coalesce(opening.is_granted, false) as was_granted,
        coalesce(opening.is_in_force, false) as was_in_force,
        coalesce(opening.is_base_library and opening.is_in_force, false) as was_stock,
        closing.data_origin
    from patents as closing
    cross join quarters
    left join patents as opening
        on
            quarters.opening_period = opening.period
            and closing.patent_no = opening.patent_no
    left join succeeded
        on
            closing.period = succeeded.period
            and opening.institution_id = succeeded.institution_id
    where closing.period = '{{ var("period") }}'
)

select * from final
