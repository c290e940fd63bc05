-- Grain: One row per dated duty and unit that bears it, judged at the end of the period.
with
judged as (
    select * from {{ ref('int_milestones_judged') }}
    where period = '{{ var("period") }}'
),

final as (
    select
        period,
        milestone_id,
        scope_kind,
        scope_code,
        scope_name,
        province_code,
        city_code,
        milestone_title,
        clause,
        responsible,
        due_date,
        measure,
        milestone_status,
        done_on,
        days_ahead,
        progress_count,
        required_count,
        total_count,
        progress_rate,
        projected_target_date,
        evidence,
        data_origin
    from judged
)

select * from final
