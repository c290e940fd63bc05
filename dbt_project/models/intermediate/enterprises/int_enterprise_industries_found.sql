-- Grain: One row per period, enterprise and industry, declared by the enterprise or derived from its business scope.
with
enterprises as (
    select * from {{ ref('stg_enterprises__enterprises') }}
),

scopes as (
    select * from {{ ref('int_enterprise_scopes_read') }}
),

worded as (
    select * from {{ ref('int_industries_worded') }}
),

industries as (
    select * from {{ ref('industries') }}
),

declared as (
    select
        period,
        enterprise_id,
        {{ explode_list('industry_codes', 'industry_code', 'code_position') }}
    from enterprises
    where industry_codes is not null
),

undeclared as (
    select scopes.*
    from scopes
    inner join enterprises
        on
            scopes.period = enterprises.period
            and scopes.enterprise_id = enterprises.enterprise_id
    where enterprises.industry_codes is null
),

-- Of a group and its class with one name, the class is meant.
matches as (
    select
        undeclared.period,
        undeclared.enterprise_id,
        undeclared.thing,
        undeclared.clause_position,
        undeclared.part_position,
        worded.industry_code,
        rank() over (
            partition by undeclared.period, undeclared.enterprise_id, undeclared.thing order by worded.industry_level desc
        ) as depth_rank
    from undeclared
    inner join worded
        on
            undeclared.thing = worded.thing
            and (
                undeclared.activity = worded.activity
                or (undeclared.activity = 'open' and worded.activity != 'selling')
            )
),

firsts as (
    select
        period,
        enterprise_id,
        industry_code,
        thing,
        clause_position,
        part_position,
        row_number() over (
            partition by period, enterprise_id, industry_code order by clause_position, part_position
        ) as mention
    from matches
    where depth_rank = 1
),

ordered as (
    select
        *,
        row_number() over (
            partition by period, enterprise_id order by clause_position, part_position, industry_code
        ) as industry_order
    from firsts
    where mention = 1
),

found as (
    select
        period,
        enterprise_id,
        industry_code,
        code_position as industry_order,
        'declared' as industry_basis,
        '企业申报' as industry_evidence
    from declared
    union all
    select
        period,
        enterprise_id,
        industry_code,
        industry_order,
        'derived' as industry_basis,
        '经营范围含“' || thing || '”' as industry_evidence
    from ordered
    where industry_order <= {{ scope_reading().max_derived }}
),

final as (
    select
        found.period,
        found.enterprise_id,
        found.industry_code,
        industries.industry_name,
        industries.section_code,
        found.industry_order,
        found.industry_basis,
        found.industry_evidence
    from found
    left join industries on found.industry_code = industries.industry_code
)

select * from final
