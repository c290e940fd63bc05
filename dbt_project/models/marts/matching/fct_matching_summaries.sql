-- Grain: One row per period.
with
compared as (
    select * from {{ ref('int_matchings_compared') }}
),

pushes as (
    select * from {{ ref('fct_pushes') }}
),

pushed as (
    select
        count(*) as push_event_count,
        count(distinct patent_no) as pushed_patent_count,
        count(distinct enterprise_id) as receiving_enterprise_count,
        round(avg(cast(probability as decimal(9, 6))), 6) as mean_probability,
        coalesce(bool_or(data_origin = 'simulated'), false) as is_simulated
    from pushes
),

final as (
    select
        compared.period,
        compared.pushable_patent_count,
        compared.recipient_count,
        compared.candidate_count,
        compared.missing_recipient_count,
        compared.objective,
        compared.objective_bound,
        compared.institution_gini,
        compared.city_gini,
        pushed.push_event_count,
        pushed.pushed_patent_count,
        pushed.receiving_enterprise_count,
        pushed.mean_probability,
        compared.previous_mean_probability,
        case when pushed.is_simulated then 'simulated' else 'real' end as data_origin
    from compared
    cross join pushed
)

select * from final
