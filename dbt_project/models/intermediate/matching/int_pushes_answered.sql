-- Grain: One row per recipient of the period to which earlier months pushed something, with how much of it it answered.
{% set rules = matching_constants() %}
with
earlier_pushes as (
    select * from {{ ref('stg_dispatches__pushes') }}
    where period = '{{ var("period") }}'
),

evaluations as (
    select * from {{ ref('stg_evaluations__evaluations') }}
    where
        period = '{{ var("period") }}'
        and evaluator_kind = 'enterprise'
        and {{ says_its_own('') }}
),

succeeded as (
    select * from {{ ref('int_enterprises_succeeded') }}
),

recipients as (
    select * from {{ ref('int_enterprises_receiving') }}
),

-- A month is pushed after its end, so an evaluation in a later month answers it.
answered as (
    select
        earlier_pushes.period,
        recipients.enterprise_id,
        earlier_pushes.data_origin,
        coalesce(
            {{ month_number('evaluations.evaluated_on') }} > {{ month_number_of('earlier_pushes.pushed_in') }}, false
        ) as is_answered
    from earlier_pushes
    inner join succeeded
        on
            earlier_pushes.period = succeeded.period
            and earlier_pushes.enterprise_id = succeeded.enterprise_id
    inner join recipients
        on
            succeeded.period = recipients.period
            and succeeded.present_enterprise_id = recipients.enterprise_id
    left join evaluations
        on
            earlier_pushes.period = evaluations.period
            and earlier_pushes.patent_no = evaluations.patent_no
            and earlier_pushes.enterprise_id = evaluations.enterprise_id
),

counted as (
    select
        period,
        enterprise_id,
        count(*) as earlier_push_count,
        count(case when is_answered then 1 end) as answered_push_count,
        max(data_origin) as data_origin
    from answered
    group by period, enterprise_id
),

-- Drawn towards what is expected of an enterprise of which nothing is known.
rated as (
    select
        *,
        (answered_push_count + {{ rules.expected_response_rate }} * {{ rules.response_prior_pushes }})
        / (earlier_push_count + {{ rules.response_prior_pushes }}) as response_rate
    from counted
),

final as (
    select
        period,
        enterprise_id,
        earlier_push_count,
        answered_push_count,
        round(response_rate, 6) as response_rate,
        round(response_rate - {{ rules.expected_response_rate }}, 6) as response_gain,
        data_origin
    from rated
)

select * from final
