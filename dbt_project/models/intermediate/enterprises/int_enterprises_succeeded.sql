-- Grain: One row per period and enterprise, with the enterprise it goes on in and the group that speaks for it.
-- A merger is followed over three steps; whoever was not taken over goes on in itself.
with
enterprises as (
    select * from {{ ref('stg_enterprises__enterprises') }}
),

present as (
    select
        own.period,
        own.enterprise_id,
        coalesce(
            third_step.enterprise_id, second_step.enterprise_id, first_step.enterprise_id, own.enterprise_id
        ) as present_enterprise_id
    from enterprises as own
    left join enterprises as first_step
        on
            own.period = first_step.period
            and own.merged_into = first_step.enterprise_id
    left join enterprises as second_step
        on
            first_step.period = second_step.period
            and first_step.merged_into = second_step.enterprise_id
            and own.enterprise_id != second_step.enterprise_id
    left join enterprises as third_step
        on
            second_step.period = third_step.period
            and second_step.merged_into = third_step.enterprise_id
            and third_step.enterprise_id not in (own.enterprise_id, first_step.enterprise_id)
),

final as (
    select
        present.period,
        present.enterprise_id,
        present.present_enterprise_id,
        present.present_enterprise_id != present.enterprise_id as is_merged,
        successors.enterprise_name as present_enterprise_name,
        coalesce(successors.group_name, present.present_enterprise_id) as evaluator_group
    from present
    inner join enterprises as successors
        on
            present.period = successors.period
            and present.present_enterprise_id = successors.enterprise_id
)

select * from final
