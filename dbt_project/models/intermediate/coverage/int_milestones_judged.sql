-- Grain: One row per dated duty and unit that bears it in the period, judged at its end.
with
periods as (
    select * from {{ ref('int_periods') }}
    where months_back = 0
),

milestones as (
    select * from {{ ref('milestones') }}
),

words as (
    select * from {{ ref('milestone_measures') }}
),

progress as (
    select * from {{ ref('int_milestone_progress') }}
),

institutions as (
    select located.*
    from {{ ref('int_institutions_located') }} as located
    inner join periods on located.period = periods.period
),

units as (
    select
        'institution' as unit_kind,
        institution_id as unit_code,
        institution_name as unit_name,
        province_code,
        city_code
    from institutions
    union all
    select distinct
        'city' as unit_kind,
        city_code as unit_code,
        city_name as unit_name,
        province_code,
        city_code
    from institutions
    union all
    select distinct
        'province' as unit_kind,
        province_code as unit_code,
        province_name as unit_name,
        province_code,
        cast(null as varchar) as city_code
    from institutions
    union all
    select
        'national' as unit_kind,
        'CN' as unit_code,
        '全国' as unit_name,
        cast(null as varchar) as province_code,
        cast(null as varchar) as city_code
),

-- A duty of a city or an institution is that of those who have stock; the others are everybody's, owed or not yet.
borne as (
    select
        milestones.*,
        periods.period,
        periods.month_end,
        units.unit_code,
        units.unit_name,
        units.province_code,
        units.city_code
    from milestones
    cross join periods
    inner join units
        on
            milestones.unit_kind = units.unit_kind
            and milestones.province_codes in ('all', units.province_code)
),

stated as (
    select
        borne.*,
        progress.total_count,
        progress.required_count,
        progress.progress_count,
        progress.done_on,
        progress.items_text,
        coalesce(progress.is_real, true) as is_real,
        {{ months_needed('(progress.required_count - progress.progress_count)', 'progress.recent_count', arrival_months()) }}
            as months_needed
    from borne
    left join progress
        on
            borne.milestone_id = progress.milestone_id
            and borne.unit_code = progress.scope_code
    where
        borne.unit_kind in ('province', 'national')
        or progress.total_count is not null
),

projected as (
    select
        *,
        {{ projected_day('month_end', 'months_needed') }} as projected_target_date
    from stated
),

dated as (
    select
        *,
        case when total_count is not null then coalesce(done_on, month_end) end as judged_on
    from projected
),

judged as (
    select
        *,
        {{ days_between('judged_on', 'due_date') }} as days_ahead,
        case
            when total_count is null then 'not_measured'
            when done_on is not null and done_on <= due_date then 'done'
            when done_on is not null then 'done_late'
            when due_date <= month_end then 'late'
            when {{ is_at_risk('due_date', 'projected_target_date', 'months_needed', 'month_end') }} then 'at_risk'
            else 'open'
        end as milestone_status
    from dated
),

final as (
    select
        judged.period,
        judged.milestone_id,
        judged.unit_kind as scope_kind,
        judged.unit_code as scope_code,
        judged.unit_name as scope_name,
        judged.province_code,
        judged.city_code,
        judged.milestone_title,
        judged.clause,
        judged.responsible,
        judged.due_date,
        judged.measure,
        judged.milestone_status,
        judged.done_on,
        judged.days_ahead,
        judged.progress_count,
        judged.required_count,
        judged.total_count,
        cast(judged.progress_count as double) / judged.total_count as progress_rate,
        judged.projected_target_date,
        case
            when judged.total_count is null then '尚无应计事项；来源：' || words.evidence_source
            else
                {{ filled('words.evidence', {
                    'total': 'judged.total_count',
                    'required': 'judged.required_count',
                    'progress': 'judged.progress_count',
                    'done_on': "coalesce(cast(judged.done_on as varchar), '尚未收到')",
                    'items': "coalesce(judged.items_text, '')",
                }) }} || '；来源：' || words.evidence_source
        end as evidence,
        case when judged.is_real then 'real' else 'simulated' end as data_origin
    from judged
    inner join words on judged.measure = words.measure
)

select * from final
