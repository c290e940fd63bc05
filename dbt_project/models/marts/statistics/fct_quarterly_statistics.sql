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

marked as (
    {{ suppressed_cells('figures') }}
),

final as (
    select
        '{{ var("period") }}' as period,
        quarters.quarter,
        marked.scope_kind,
        marked.scope_code,
        marked.scope_name,
        marked.statistic_id,
        marked.definition_version,
        definitions.rate_name,
        marked.numerator_count,
        marked.denominator_count,
        case
            when marked.denominator_count > 0
                then cast(marked.numerator_count as double) / marked.denominator_count
        end as rate,
        case
            when marked.denominator_count < {{ statistics_constants().interval_below }}
                then {{ wilson_bound('marked.numerator_count', 'marked.denominator_count', -1) }}
        end as wilson_low,
        case
            when marked.denominator_count < {{ statistics_constants().interval_below }}
                then {{ wilson_bound('marked.numerator_count', 'marked.denominator_count', 1) }}
        end as wilson_high,
        marked.event_count,
        marked.result_count,
        marked.excluded_event_count,
        marked.numerator_real_count,
        marked.denominator_real_count,
        case
            when marked.is_small then 'small'
            when marked.is_complement then 'secondary'
        end as suppression,
        marked.is_small or marked.is_complement as is_suppressed,
        quarters.is_frozen as is_quarter_frozen,
        quarters.freezes_at as quarter_freezes_at,
        coalesce(
            quarters.frozen_at,
            case when quarters.is_frozen then cast('{{ var("as_of") }}' as timestamp with time zone) end
        ) as frozen_at,
        definitions.query_id,
        marked.data_origin
    from marked
    cross join quarters
    inner join definitions on marked.definition_version = definitions.definition_version
)

select * from final
