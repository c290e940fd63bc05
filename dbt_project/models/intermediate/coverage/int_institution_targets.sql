-- Grain: One row per period and institution, with the target in effect: the next one due for its role, or the last one.
with
institutions as (
    select * from {{ ref('int_institutions_located') }}
),

periods as (
    select * from {{ ref('int_periods') }}
),

targets as (
    select * from {{ ref('coverage_targets') }}
),

ranked as (
    select
        institutions.period,
        institutions.institution_id,
        targets.target_rate,
        targets.target_due_date,
        row_number() over (
            partition by institutions.period, institutions.institution_id
            order by
                targets.target_due_date < periods.month_end,
                case when targets.target_due_date >= periods.month_end then targets.target_due_date end,
                targets.target_due_date desc
        ) as standing
    from institutions
    inner join periods on institutions.period = periods.period
    inner join targets on coalesce(institutions.ip_university_role, 'other') = targets.ip_university_role
),

final as (
    select
        period,
        institution_id,
        target_rate,
        target_due_date
    from ranked
    where standing = 1
)

select * from final
