-- Grain: One row per quarter, scope and statistic that a published version has frozen.
-- The first version that was frozen stands; later ones repeat its figures and add restatements.
with
figures as (
    select * from {{ source('dispatches', 'quarterly_statistics') }}
    where is_quarter_frozen
),

ranked as (
    select
        figures.*,
        dense_rank() over (partition by figures.quarter order by figures.received_at, figures.load_id) as seniority
    from figures
),

final as (
    select
        quarter,
        scope_kind,
        scope_code,
        scope_name,
        statistic_id,
        definition_version,
        numerator_count,
        denominator_count,
        numerator_real_count,
        denominator_real_count,
        event_count,
        result_count,
        excluded_event_count,
        suppression,
        data_origin,
        received_at as frozen_at
    from ranked
    where seniority = 1
)

select * from final
