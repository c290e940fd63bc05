-- Grain: One row per inspected quarter and drawn patent.
-- What was drawn first stands: a second draw would be a choice.
with
samples as (
    select * from {{ source('dispatches', 'inspection_samples') }}
),

ranked as (
    select
        samples.*,
        dense_rank() over (
            partition by samples.inspected_quarter
            order by samples.received_at, samples.load_id
        ) as seniority
    from samples
),

final as (
    select
        inspected_quarter,
        inspection_stratum,
        stratum_columns,
        stratum_name,
        stratum_size,
        draw_place,
        draw_role,
        patent_no,
        institution_name,
        prior_error_rate,
        frame_digest,
        seed_commitment,
        committed_at,
        inspection_seed,
        frame_version,
        frame_as_of,
        received_at as drawn_at,
        data_origin
    from ranked
    where seniority = 1
)

select * from final
