-- Grain: One row per quarter up to that of the period, scope and statistic that a published version has frozen.
with
figures as (
    select * from {{ ref('stg_dispatches__quarterly_statistics') }}
),

quarters as (
    select * from {{ ref('int_quarters') }}
),

final as (
    select
        figures.*,
        quarters.is_current
    from figures
    inner join quarters on figures.quarter = quarters.quarter
)

select * from final
