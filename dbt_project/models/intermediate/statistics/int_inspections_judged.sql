-- Grain: One row per inspected quarter up to that of the period and patent that was drawn.
-- What was found before the draw, or after it was received, is no outcome of the inspection.
-- A patent that stands by is called on while patents before it, in the order drawn, turned out not to be inspectable; one
-- that is only awaited keeps its place, so that nobody chooses by waiting.
with
samples as (
    select * from {{ ref('stg_dispatches__inspection_samples') }}
),

results as (
    select * from {{ ref('stg_inspections__results') }}
),

quarters as (
    select * from {{ ref('int_quarters') }}
),

reported as (
    select
        samples.*,
        results.inspection_outcome,
        results.difference_kinds,
        results.inspected_on,
        results.inspecting_unit,
        results.inspection_evidence,
        results.data_origin as outcome_origin,
        sum(case when samples.draw_role = 'sample' then 1 else 0 end) over (
            partition by samples.inspected_quarter, samples.inspection_stratum
        ) as sample_size,
        coalesce(
            sum(case when results.inspection_outcome = 'not_inspectable' then 0 else 1 end) over (
                partition by samples.inspected_quarter, samples.inspection_stratum
                order by samples.draw_place
                rows between unbounded preceding and 1 preceding
            ), 0
        ) as earlier_count
    from samples
    inner join quarters on samples.inspected_quarter = quarters.quarter
    left join results
        on
            samples.inspected_quarter = results.inspected_quarter
            and samples.patent_no = results.patent_no
            and results.inspected_on >= {{ shanghai_date('samples.drawn_at') }}
            and results.inspected_on <= {{ shanghai_date('results.received_at') }}
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
        drawn_at,
        cast(sample_size as bigint) as sample_size,
        inspection_outcome,
        difference_kinds,
        inspected_on,
        inspecting_unit,
        inspection_evidence,
        case
            when earlier_count >= sample_size then 'not_needed'
            when inspection_outcome is null then 'awaiting'
            when inspection_outcome = 'not_inspectable' then 'not_inspectable'
            else 'counted'
        end as inspection_standing,
        case
            when data_origin = 'real' and coalesce(outcome_origin, 'real') = 'real' then 'real'
            else 'simulated'
        end as data_origin
    from reported
)

select * from final
