-- Grain: One row per inspected quarter up to that of the period and stratum, and one for the whole.
-- What comes in first is no random part of a sample: as long as outcomes are awaited, a stratum has no rate, and the whole
-- has none. Counts are told all the same.
-- Strata of too few patents are suppressed, and the next smallest with them until at least two are and together they are no
-- longer too few: all that the whole less those shown tells is of all of them.
with
inspections as (
    select * from {{ ref('int_inspections_judged') }}
),

quarters as (
    select * from {{ ref('int_quarters') }}
    where is_current
),

strata as (
    select
        inspected_quarter,
        inspection_stratum,
        stratum_name,
        stratum_size,
        sample_size,
        prior_error_rate,
        drawn_at,
        count(case when inspection_standing = 'counted' then 1 end) as inspected_count,
        count(case when inspection_standing = 'counted' and inspection_outcome = 'differs' then 1 end) as wrong_count,
        count(case when inspection_standing = 'not_inspectable' then 1 end) as not_inspectable_count,
        count(case when inspection_standing = 'awaiting' then 1 end) as awaiting_count,
        min(data_origin) = 'real' and max(data_origin) = 'real' as is_real
    from inspections
    group by
        inspected_quarter,
        inspection_stratum,
        stratum_name,
        stratum_size,
        sample_size,
        prior_error_rate,
        drawn_at
),

wholes as (
    select
        inspected_quarter,
        'all' as inspection_stratum,
        '全部' as stratum_name,
        sum(stratum_size) as stratum_size,
        sum(sample_size) as sample_size,
        cast(null as double) as prior_error_rate,
        drawn_at,
        sum(inspected_count) as inspected_count,
        sum(wrong_count) as wrong_count,
        sum(not_inspectable_count) as not_inspectable_count,
        sum(awaiting_count) as awaiting_count,
        bool_and(is_real) as is_real
    from strata
    group by inspected_quarter, drawn_at
),

counted as (
    select * from strata
    union all
    select * from wholes
),

ranked as (
    select
        inspected_quarter,
        inspection_stratum,
        stratum_size,
        min(stratum_size) over (partition by inspected_quarter) as smallest_size,
        row_number() over (
            partition by inspected_quarter
            order by stratum_size, inspection_stratum
        ) as size_place,
        coalesce(
            sum(stratum_size) over (
                partition by inspected_quarter
                order by stratum_size, inspection_stratum
                rows between unbounded preceding and 1 preceding
            ), 0
        ) as smaller_size
    from strata
),

suppressed as (
    select
        inspected_quarter,
        inspection_stratum
    from ranked
    where
        smallest_size < {{ statistics_constants().suppress_below }}
        and (
            stratum_size < {{ statistics_constants().suppress_below }}
            or size_place <= 2
            or smaller_size < {{ statistics_constants().suppress_below }}
        )
),

estimated as (
    {{ estimated_error_rates('strata') }}
),

final as (
    select
        '{{ var("period") }}' as period,
        quarters.quarter,
        counted.inspected_quarter,
        counted.inspection_stratum,
        counted.stratum_name,
        cast(counted.stratum_size as bigint) as stratum_size,
        cast(counted.sample_size as bigint) as sample_size,
        cast(counted.inspected_count as bigint) as inspected_count,
        cast(counted.wrong_count as bigint) as wrong_count,
        cast(counted.not_inspectable_count as bigint) as not_inspectable_count,
        cast(counted.awaiting_count as bigint) as awaiting_count,
        case when counted.awaiting_count = 0 then estimated.error_rate end as error_rate,
        case when counted.awaiting_count = 0 then estimated.error_rate_low end as error_rate_low,
        case when counted.awaiting_count = 0 then estimated.error_rate_high end as error_rate_high,
        cast({{ inspection_constants().confidence }} as double) as confidence_level,
        counted.prior_error_rate,
        counted.awaiting_count = 0 as is_inspection_complete,
        counted.drawn_at,
        counted.drawn_at + interval '{{ inspection_constants().due_days }} days' as results_due_at,
        counted.awaiting_count > 0
        and counted.drawn_at + interval '{{ inspection_constants().due_days }} days'
        < cast('{{ var("as_of") }}' as timestamp with time zone) as is_inspection_overdue,
        suppressed.inspection_stratum is not null as is_suppressed,
        case when counted.is_real then 'real' else 'simulated' end as data_origin
    from counted
    cross join quarters
    inner join estimated
        on
            counted.inspected_quarter = estimated.inspected_quarter
            and counted.inspection_stratum = estimated.inspection_stratum
    left join suppressed
        on
            counted.inspected_quarter = suppressed.inspected_quarter
            and counted.inspection_stratum = suppressed.inspection_stratum
)

select * from final
