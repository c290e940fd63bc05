-- Grain: One row per statistic, origin institution and reason for which events known by the period count in no quarter.
with
facts as (
    select * from {{ ref('fct_statistics_facts') }}
    where exclusion_kind is not null
),

reasons as (
    select
        *,
        coalesce(institution_id, 'none') as origin_code
    from facts
),

final as (
    select
        period,
        quarter,
        statistic_id,
        origin_code,
        exclusion_kind,
        detailed_reason,
        cast(sum(case when effect_quarter = quarter then 1 else 0 end) as bigint) as quarter_event_count,
        cast(count(*) as bigint) as event_count,
        cast(count(distinct patent_no) as bigint) as patent_count,
        case when bool_and(data_origin = 'real') then 'real' else 'simulated' end as data_origin
    from reasons
    group by period, quarter, statistic_id, origin_code, exclusion_kind, detailed_reason
)

select * from final
