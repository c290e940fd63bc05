-- Grain: One row per quarter and statistic of the nation: the quarters that are frozen, and that of the period.
with
figures as (
    select * from {{ ref('fct_quarterly_statistics') }}
    where scope_kind = 'national'
),

frozen as (
    select * from {{ ref('int_statistics_frozen') }}
    where
        scope_kind = 'national'
        and not is_current
),

told as (
    select
        quarter as figure_quarter,
        statistic_id,
        definition_version,
        numerator_count,
        denominator_count,
        event_count,
        result_count,
        is_quarter_frozen,
        data_origin
    from figures
    union all
    select
        quarter as figure_quarter,
        statistic_id,
        definition_version,
        numerator_count,
        denominator_count,
        event_count,
        result_count,
        true as is_quarter_frozen,
        data_origin
    from frozen
),

final as (
    select
        '{{ var("period") }}' as period,
        figure_quarter,
        statistic_id,
        definition_version,
        numerator_count,
        denominator_count,
        case
            when denominator_count > 0
                then cast(numerator_count as double) / denominator_count
        end as rate,
        event_count,
        result_count,
        is_quarter_frozen,
        data_origin
    from told
)

select * from final
