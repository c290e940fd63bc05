-- Grain: One row per inspected quarter up to that of the period and patent that was drawn.
with
inspections as (
    select * from {{ ref('int_inspections_judged') }}
),

quarters as (
    select * from {{ ref('int_quarters') }}
    where is_current
),

final as (
    select
        '{{ var("period") }}' as period,
        quarters.quarter,
        inspections.inspected_quarter,
        inspections.inspection_stratum,
        inspections.stratum_columns,
        inspections.stratum_name,
        inspections.stratum_size,
        inspections.draw_place,
        inspections.draw_role,
        inspections.patent_no,
        inspections.institution_name,
        inspections.prior_error_rate,
        inspections.frame_digest,
        inspections.seed_commitment,
        inspections.committed_at,
        inspections.inspection_seed,
        inspections.frame_version,
        inspections.frame_as_of,
        inspections.drawn_at,
        inspections.inspection_outcome,
        inspections.difference_kinds,
        inspections.inspected_on,
        inspections.inspecting_unit,
        inspections.inspection_evidence,
        inspections.inspection_standing,
        inspections.data_origin
    from inspections
    cross join quarters
)

select * from final
