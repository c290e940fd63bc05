-- Grain: One row per period and technology field, with the mean and variance of its prospect scores; key 0 is no field.
-- A field with too few evaluations speaks through all fields together, and those through the policy's defaults.
with
constants as (
    select * from {{ ref('int_constants_effective') }}
),

technology_fields as (
    select * from {{ ref('technology_fields') }}
),

evaluations as (
    select * from {{ ref('int_evaluations_counted') }}
    where uncounted_reason is null
),

field_keys as (
    select field_no as field_key from technology_fields
    union all
    select 0 as field_key
),

-- Sums of whole numbers are exact in any order, so a replay gives the same bytes.
field_sums as (
    select
        period,
        field_key,
        count(*) as evaluation_count,
        sum(prospect_score) as score_sum,
        sum(prospect_score * prospect_score) as square_sum
    from evaluations
    where field_key != 0
    group by period, field_key
),

overall_sums as (
    select
        period,
        count(*) as evaluation_count,
        sum(prospect_score) as score_sum,
        sum(prospect_score * prospect_score) as square_sum
    from evaluations
    group by period
),

chosen as (
    select
        constants.period,
        field_keys.field_key,
        constants.default_mean,
        constants.default_variance,
        case
            when field_sums.evaluation_count >= constants.min_field_evaluations then 'field'
            when overall_sums.evaluation_count >= constants.min_field_evaluations then 'overall'
            else 'default'
        end as basis,
        field_sums.evaluation_count as field_count,
        field_sums.score_sum as field_score_sum,
        field_sums.square_sum as field_square_sum,
        overall_sums.evaluation_count as overall_count,
        overall_sums.score_sum as overall_score_sum,
        overall_sums.square_sum as overall_square_sum
    from constants
    cross join field_keys
    left join field_sums
        on
            constants.period = field_sums.period
            and field_keys.field_key = field_sums.field_key
    left join overall_sums on constants.period = overall_sums.period
),

sums as (
    select
        period,
        field_key,
        default_mean,
        default_variance,
        basis,
        cast(case basis when 'field' then field_count when 'overall' then overall_count end as double) as n,
        cast(case basis when 'field' then field_score_sum when 'overall' then overall_score_sum end as double) as score_sum,
        cast(case basis when 'field' then field_square_sum when 'overall' then overall_square_sum end as double)
            as square_sum
    from chosen
),

final as (
    select
        period,
        field_key,
        basis,
        coalesce(score_sum / n, default_mean) as field_mean,
        coalesce((square_sum - score_sum * score_sum / n) / n, default_variance) as field_variance
    from sums
)

select * from final
