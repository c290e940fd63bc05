-- Grain: One row per period and expert, with its fields, as whom its evaluations count, and how much more it may be given.
with
experts as (
    select * from {{ ref('stg_experts__experts') }}
),

periods as (
    select * from {{ ref('int_periods') }}
),

enterprises as (
    select * from {{ ref('int_enterprises_succeeded') }}
),

expert_fields as (
    select * from {{ ref('int_expert_fields') }}
),

assignments as (
    select * from {{ ref('int_expert_assignments_followed') }}
),

fields as (
    select
        period,
        expert_id,
        {{ dbt.listagg('cast(field_no as varchar)', "'|'", 'order by field_no') }} as field_nos
    from expert_fields
    group by period, expert_id
),

loads as (
    select
        period,
        expert_id,
        sum(case when assignment_status = 'open' then 1 else 0 end) as open_assignment_count,
        sum(case when months_ago <= {{ expert_constants().workload_months }} then 1 else 0 end)
            as recent_assignment_count
    from assignments
    group by period, expert_id
),

joined as (
    select
        experts.*,
        coalesce(enterprises.evaluator_group, experts.employer_id) as employer_group,
        fields.field_nos,
        experts.available_from <= periods.month_end
        and coalesce(experts.available_until >= periods.month_end, true) as is_available,
        cast(coalesce(loads.open_assignment_count, 0) as bigint) as open_assignment_count,
        cast(coalesce(loads.recent_assignment_count, 0) as bigint) as recent_assignment_count
    from experts
    inner join periods on experts.period = periods.period
    left join enterprises
        on
            experts.period = enterprises.period
            and experts.employer_id = enterprises.enterprise_id
    left join fields
        on
            experts.period = fields.period
            and experts.expert_id = fields.expert_id
    left join loads
        on
            experts.period = loads.period
            and experts.expert_id = loads.expert_id
),

final as (
    select
        period,
        expert_id,
        employer_id,
        employer_name,
        employer_group,
        industry_codes,
        ipc_subclasses,
        field_nos,
        monthly_capacity,
        available_from,
        available_until,
        is_available,
        open_assignment_count,
        recent_assignment_count,
        case
            when is_available
                then greatest(
                    least(monthly_capacity, {{ expert_constants().max_patents_per_expert }}) - open_assignment_count, 0
                )
            else 0
        end as room_count,
        data_origin,
        received_at
    from joined
)

select * from final
