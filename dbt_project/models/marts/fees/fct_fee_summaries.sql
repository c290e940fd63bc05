-- Grain: One row per scope, technical field or all of them, and advice.
with
outlooks as (
    select * from {{ ref('fct_fee_outlooks') }}
),

scopes as (
    select * from {{ ref('int_institution_scopes') }}
),

counted as (
    select
        scopes.scope_kind,
        scopes.scope_code,
        scopes.scope_name,
        outlooks.*,
        coalesce(cast(outlooks.field_no as varchar), 'none') as field_code,
        case
            when outlooks.data_origin = 'real' and outlooks.simulated_fields is null then 1
            else 0
        end as is_all_real
    from outlooks
    inner join scopes
        on
            outlooks.period = scopes.period
            and outlooks.institution_id = scopes.institution_id
),

breakdowns as (
    select
        counted.*,
        'all' as breakdown_code,
        '全部领域' as breakdown_name
    from counted
    union all
    select
        counted.*,
        field_code as breakdown_code,
        coalesce(field_name, '未分类') as breakdown_name
    from counted
),

final as (
    select
        period,
        scope_kind,
        scope_code,
        max(scope_name) as scope_name,
        breakdown_code as field_code,
        max(breakdown_name) as field_name,
        fee_advice,
        count(*) as patent_count,
        cast(sum(cost_of_next_year_yuan) as bigint) as cost_of_next_year_yuan,
        cast(sum(cost_to_expiry_yuan) as bigint) as cost_to_expiry_yuan,
        cast(sum(case when prospect_level = 'high' then 1 else 0 end) as bigint) as high_prospect_patent_count,
        cast(sum(case when prospect_level = 'low' then 1 else 0 end) as bigint) as low_prospect_patent_count,
        cast(sum(case when prospect_level is null then 1 else 0 end) as bigint) as unassessed_patent_count,
        case when min(is_all_real) = 1 then 'real' else 'simulated' end as data_origin
    from breakdowns
    group by period, scope_kind, scope_code, breakdown_code, fee_advice
)

select * from final
