-- Grain: One row per scope of the period: how much of its stock is inventoried, against its target.
{% set sums = [
    'stock_patent_count', 'stock_patent_count_latest', 'stock_real_patent_count', 'inventoried_patent_count',
    'inventoried_real_patent_count', 'arrived_baseline_patent_count', 'arrived_increment_patent_count',
    'recent_patent_count', 'target_patent_count', 'gap_patent_count', 'submission_count', 'accepted_row_count',
    'returned_row_count',
] %}

with
periods as (
    select * from {{ ref('int_periods') }}
),

scopes as (
    select * from {{ ref('int_institution_scopes') }}
),

counted as (
    select * from {{ ref('int_institutions_counted') }}
),

targets as (
    select * from {{ ref('int_institution_targets') }}
),

institutions as (
    select
        counted.*,
        periods.month_end,
        periods.freezes_at,
        periods.is_frozen,
        targets.target_due_date,
        cast(ceil(targets.target_rate * counted.stock_patent_count) as bigint) as target_patent_count,
        periods.previous_period is not null as has_previous,
        coalesce(previous_counts.stock_patent_count, 0) as previous_stock_patent_count,
        coalesce(previous_counts.inventoried_patent_count, 0) as previous_inventoried_patent_count
    from counted
    inner join periods
        on
            counted.period = periods.period
            and periods.months_back = 0
    inner join targets
        on
            counted.period = targets.period
            and counted.institution_id = targets.institution_id
    left join counted as previous_counts
        on
            periods.previous_period = previous_counts.period
            and counted.institution_id = previous_counts.institution_id
),

behind as (
    select
        *,
        case
            when inventoried_patent_count < target_patent_count then target_patent_count - inventoried_patent_count
            else 0
        end as gap_patent_count
    from institutions
),

summed as (
    select
        scopes.period,
        scopes.scope_kind,
        scopes.scope_code,
        max(scopes.scope_name) as scope_name,
        max(behind.month_end) as month_end,
        max(behind.freezes_at) as freezes_at,
        bool_or(behind.is_frozen) as is_frozen,
        min(behind.target_due_date) as target_due_date,
        count(*) as institution_count,
        sum(case when behind.gap_patent_count > 0 then 1 else 0 end) as behind_institution_count,
        sum(case when behind.has_previous then behind.previous_stock_patent_count end) as previous_stock_patent_count,
        sum(case when behind.has_previous then behind.previous_inventoried_patent_count end)
            as previous_inventoried_patent_count,
        {{ summed_columns('behind', sums) }}
    from behind
    inner join scopes
        on
            behind.period = scopes.period
            and behind.institution_id = scopes.institution_id
    group by scopes.period, scopes.scope_kind, scopes.scope_code
),

needed as (
    select
        *,
        stock_patent_count - inventoried_patent_count as open_patent_count,
        {{ months_needed('gap_patent_count', 'recent_patent_count', arrival_months()) }} as target_months,
        {{ months_needed('(stock_patent_count - inventoried_patent_count)', 'recent_patent_count', arrival_months()) }}
            as completion_months
    from summed
),

projected as (
    select
        *,
        {{ projected_day('month_end', 'target_months') }} as projected_target_date,
        {{ projected_day('month_end', 'completion_months') }} as projected_completion_date
    from needed
),

final as (
    select
        period,
        scope_kind,
        scope_code,
        scope_name,
        cast(institution_count as bigint) as institution_count,
        stock_patent_count,
        stock_real_patent_count,
        stock_patent_count - stock_real_patent_count as stock_simulated_patent_count,
        stock_patent_count_latest,
        stock_patent_count_latest - stock_patent_count as stock_difference_patent_count,
        inventoried_patent_count,
        inventoried_real_patent_count,
        inventoried_patent_count - inventoried_real_patent_count as inventoried_simulated_patent_count,
        case
            when stock_patent_count > 0 then cast(inventoried_patent_count as double) / stock_patent_count
        end as coverage_rate,
        is_frozen,
        freezes_at,
        cast(previous_stock_patent_count as bigint) as previous_stock_patent_count,
        cast(previous_inventoried_patent_count as bigint) as previous_inventoried_patent_count,
        arrived_baseline_patent_count + arrived_increment_patent_count as arrived_patent_count,
        arrived_baseline_patent_count,
        arrived_increment_patent_count,
        cast(recent_patent_count as double) / {{ arrival_months() }} as arrival_rate,
        target_due_date,
        target_patent_count,
        gap_patent_count,
        cast(behind_institution_count as bigint) as behind_institution_count,
        case
            when stock_patent_count = 0 then 'no_stock'
            when gap_patent_count = 0 then 'met'
            when target_due_date <= month_end then 'missed'
            when {{ is_at_risk('target_due_date', 'projected_target_date', 'target_months', 'month_end') }} then 'at_risk'
            else 'open'
        end as target_status,
        projected_target_date,
        projected_completion_date,
        case
            when stock_patent_count = 0 then 'no_stock'
            when open_patent_count = 0 then 'complete'
            when completion_months is null then 'no_arrivals'
            when projected_completion_date is null then 'beyond_horizon'
        end as projection_gap_reason,
        submission_count,
        accepted_row_count,
        returned_row_count,
        case
            when stock_real_patent_count = stock_patent_count and inventoried_real_patent_count = inventoried_patent_count
                then 'real'
            else 'simulated'
        end as data_origin
    from projected
)

select * from final
