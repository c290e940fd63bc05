-- Grain: One row per period and evaluating enterprise, with its leniency.
-- n/(n+k) · (mean score − mean of the fields it judged): a habit is believed the more, the more evaluations show it.
with
evaluations as (
    select * from {{ ref('int_evaluations_counted') }}
    where uncounted_reason is null
),

fields as (
    select * from {{ ref('int_fields_averaged') }}
),

constants as (
    select * from {{ ref('int_constants_effective') }}
),

-- Sums of fractions run over decimals: floats would make the last digits depend on the order of rows.
deviations as (
    select
        evaluations.period,
        evaluations.enterprise_id,
        count(*) as evaluation_count,
        sum(cast(evaluations.prospect_score - fields.field_mean as decimal(18, 9))) as deviation_sum
    from evaluations
    inner join fields
        on
            evaluations.period = fields.period
            and evaluations.field_key = fields.field_key
    group by evaluations.period, evaluations.enterprise_id
),

final as (
    select
        deviations.period,
        deviations.enterprise_id,
        deviations.evaluation_count,
        cast(deviations.deviation_sum as double)
        / (deviations.evaluation_count + constants.leniency_shrinkage) as leniency
    from deviations
    inner join constants on deviations.period = constants.period
)

select * from final
