-- Grain: One row per dated duty and unit that bears it in the period, judged at its end.
with
periods as (
    select * from {{ ref('int_periods') }}
    where months_back = 0
),

milestones as (
    select * from {{ ref('milestones') }}
),

gaps as (
    select * from {{ ref('milestone_gaps') }}
),

progress as (
    select * from {{ ref('int_milestone_progress') }}
),

institutions as (
    select located.*
    from {{ ref('int_institutions_located') }} as located
    inner join periods on located.period = periods.period
),

words as (
    select
        'inventory_rate' as measure,
        '存量 ' as before_total,
        ' 件，应盘点 ' as before_required,
        ' 件，已盘点 ' as before_progress,
        ' 件' as after_progress
    union all
    select
        'city_ledger' as measure,
        '有存量专利的单位 ' as before_total,
        ' 家，应报送 ' as before_required,
        ' 家，已报送 ' as before_progress,
        ' 家' as after_progress
    union all
    select
        'evaluation_rate' as measure,
        '表二专利 ' as before_total,
        ' 件，应评价 ' as before_required,
        ' 件，已有评价 ' as before_progress,
        ' 件' as after_progress
    union all
    select
        'filed' as measure,
        '应报送 ' as before_total,
        ' 份，期限内应报 ' as before_required,
        ' 份，已报送 ' as before_progress,
        ' 份' as after_progress
    union all
    select
        'activities' as measure,
        '路演场次和涉及专利合计 ' as before_total,
        ' 项，应完成 ' as before_required,
        ' 项，已完成 ' as before_progress,
        ' 项' as after_progress
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

measured as (
    select
        milestones.*,
        progress.scope_code as unit_code,
        progress.total_count,
        progress.required_count,
        progress.progress_count,
        progress.done_on,
        progress.is_real,
        {{ months_needed('(progress.required_count - progress.progress_count)', 'progress.recent_count', arrival_months()) }}
            as months_needed,
        cast(null as varchar) as missing_data,
        periods.period,
        periods.month_end
    from progress
    inner join milestones on progress.milestone_id = milestones.milestone_id
    inner join periods on progress.period = periods.period
),

not_measured as (
    select
        milestones.*,
        units.unit_code,
        cast(null as bigint) as total_count,
        cast(null as bigint) as required_count,
        cast(null as bigint) as progress_count,
        cast(null as date) as done_on,
        true as is_real,
        cast(null as integer) as months_needed,
        gaps.missing_data,
        periods.period,
        periods.month_end
    from milestones
    inner join gaps on milestones.milestone_id = gaps.milestone_id
    cross join periods
    inner join units
        on
            milestones.unit_kind = units.unit_kind
            and milestones.province_codes in ('all', units.unit_code)
),

stated as (
    select * from measured
    union all
    select * from not_measured
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
        case when measure != 'not_measured' then coalesce(done_on, month_end) end as judged_on
    from projected
),

judged as (
    select
        *,
        {{ days_between('judged_on', 'due_date') }} as days_ahead,
        case
            when measure = 'not_measured' then 'not_measured'
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
        units.unit_name as scope_name,
        units.province_code,
        units.city_code,
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
            when judged.measure = 'not_measured' then '暂缺数据：' || judged.missing_data
            when judged.measure = 'forms_received' and judged.done_on is null then '尚未收到盘点表'
            when judged.measure = 'forms_received' then '首次收到盘点表：' || cast(judged.done_on as varchar)
            else
                words.before_total || judged.total_count || words.before_required || judged.required_count
                || words.before_progress || judged.progress_count || words.after_progress
        end as evidence,
        case when judged.is_real then 'real' else 'simulated' end as data_origin
    from judged
    inner join units
        on
            judged.unit_kind = units.unit_kind
            and judged.unit_code = units.unit_code
    left join words on judged.measure = words.measure
)

select * from final
