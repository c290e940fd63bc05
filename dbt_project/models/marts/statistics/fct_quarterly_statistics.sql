-- Grain: One row per scope and statistic of the quarter that ends with the period.
-- A quarter that a published version has frozen states the frozen figures; what differs now is in fct_restatements.
with
counted as (
    select * from {{ ref('fct_statistics_counts') }}
),

quarters as (
    select * from {{ ref('int_quarters') }}
    where is_current
),

definitions as (
    select * from {{ ref('int_statistics_defined') }}
),

frozen as (
    select * from {{ ref('int_statistics_frozen') }}
    where is_current
),

figures as (
    select
        counted.quarter,
        counted.scope_kind,
        counted.scope_code,
        counted.scope_name,
        counted.statistic_id,
        counted.definition_version,
        counted.numerator_count,
        counted.denominator_count,
        counted.numerator_real_count,
        counted.denominator_real_count,
        counted.event_count,
        counted.result_count,
        counted.excluded_event_count,
        counted.data_origin
    from counted
    inner join quarters on counted.quarter = quarters.quarter
    where quarters.frozen_at is null
    union all
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
        data_origin
    from frozen
),

suppressed as (
    select * from {{ ref('fct_suppressed_scopes') }}
),

final as (
    select
        '{{ var("period") }}' as period,
        quarters.quarter,
        figures.scope_kind,
        figures.scope_code,
        figures.scope_name,
        figures.statistic_id,
        figures.definition_version,
        definitions.rate_name,
        figures.numerator_count,
        figures.denominator_count,
        case
            when figures.denominator_count > 0
                then cast(figures.numerator_count as double) / figures.denominator_count
        end as rate,
        case
            when figures.denominator_count < {{ statistics_constants().interval_below }}
                then {{ wilson_bound('figures.numerator_count', 'figures.denominator_count', -1) }}
        end as wilson_low,
        case
            when figures.denominator_count < {{ statistics_constants().interval_below }}
                then {{ wilson_bound('figures.numerator_count', 'figures.denominator_count', 1) }}
        end as wilson_high,
        figures.event_count,
        figures.result_count,
        figures.excluded_event_count,
        figures.numerator_real_count,
        figures.denominator_real_count,
        suppressed.suppression,
        suppressed.suppression is not null as is_suppressed,
        quarters.is_frozen as is_quarter_frozen,
        quarters.freezes_at as quarter_freezes_at,
        coalesce(
            quarters.frozen_at,
            case when quarters.is_frozen then cast('{{ var("as_of") }}' as timestamp with time zone) end
        ) as frozen_at,
        definitions.query_id,
        figures.data_origin
    from figures
    cross join quarters
    inner join definitions on figures.definition_version = definitions.definition_version
    left join suppressed
        on
            figures.scope_kind = suppressed.scope_kind
            and figures.scope_code = suppressed.scope_code
)

select * from final
