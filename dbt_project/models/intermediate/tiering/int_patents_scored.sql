-- Grain: One row per period and patent of Form 2, with the posterior of its prospect.
with
screened as (
    select * from {{ ref('int_patents_screened') }}
    where disposition = 'form_2'
),

patents as (
    select * from {{ ref('int_patents_described') }}
),

evaluations as (
    select * from {{ ref('int_evaluations_weighted') }}
),

fields as (
    select * from {{ ref('int_fields_averaged') }}
),

constants as (
    select * from {{ ref('int_constants_effective') }}
),

-- Sums of fractions run over decimals: floats would make the last digits depend on the order of rows.
evidence as (
    select
        period,
        patent_no,
        count(*) as evaluation_count,
        count(distinct evaluator_group) as evaluator_count,
        cast(sum(cast(weight as decimal(18, 9))) as double) as total_weight,
        cast(sum(cast(weight * corrected_score as decimal(18, 9))) as double) as weighted_score,
        cast(sum(cast(weight * leniency as decimal(18, 9))) as double) as weighted_leniency,
        bool_or(data_origin = 'simulated') as has_simulated_evaluation
    from evaluations
    group by period, patent_no
),

arrivals as (
    select
        *,
        row_number() over (
            partition by period, patent_no
            order by received_at desc, source_file desc, source_row desc, enterprise_id desc
        ) as recency
    from evaluations
),

latest as (
    select * from arrivals
    where recency = 1
),

joined as (
    select
        screened.period,
        screened.patent_no,
        patents.field_no,
        fields.field_mean,
        fields.field_variance,
        coalesce(evidence.evaluation_count, 0) as evaluation_count,
        coalesce(evidence.evaluator_count, 0) as evaluator_count,
        coalesce(evidence.total_weight, 0) as total_weight,
        coalesce(evidence.weighted_score, 0) as weighted_score,
        evidence.weighted_leniency / evidence.total_weight as mean_leniency,
        coalesce(evidence.has_simulated_evaluation, false) as has_simulated_evaluation,
        latest.received_at as latest_evaluation_received_at,
        latest.source_file as latest_evaluation_source_file,
        latest.source_row as latest_evaluation_source_row,
        constants.prior_weight,
        constants.confidence_factor
    from screened
    inner join patents
        on
            screened.period = patents.period
            and screened.patent_no = patents.patent_no
    inner join fields
        on
            screened.period = fields.period
            and coalesce(patents.field_no, 0) = fields.field_key
    inner join constants on screened.period = constants.period
    left join evidence
        on
            screened.period = evidence.period
            and screened.patent_no = evidence.patent_no
    left join latest
        on
            screened.period = latest.period
            and screened.patent_no = latest.patent_no
),

posteriors as (
    select
        *,
        (weighted_score + prior_weight * field_mean) / (total_weight + prior_weight) as posterior_mean,
        sqrt(field_variance / (total_weight + prior_weight)) as posterior_sd
    from joined
),

-- Rounded before they are compared with a bound, so that the published figures explain the tier.
final as (
    select
        period,
        patent_no,
        field_no,
        evaluation_count,
        evaluator_count,
        round(total_weight, 6) as total_weight,
        round(field_mean, 6) as field_mean,
        round(field_variance, 6) as field_variance,
        round(mean_leniency, 6) as mean_leniency,
        round(posterior_mean, 6) as theta,
        round(posterior_sd, 6) as theta_sd,
        round(posterior_mean - confidence_factor * posterior_sd, 6) as l80,
        has_simulated_evaluation,
        latest_evaluation_received_at,
        latest_evaluation_source_file,
        latest_evaluation_source_row
    from posteriors
)

select * from final
