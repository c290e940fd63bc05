-- Grain: One row per period and assignment of an earlier month, with the evaluation that answers it.
-- An expert's evaluation bears the code of the employer, of whom one expert at a time has a patent.
with
assignments as (
    select * from {{ ref('stg_dispatches__expert_assignments') }}
),

evaluations as (
    select * from {{ ref('stg_evaluations__evaluations') }}
    where
        evaluator_kind = 'expert'
        and sender_id = 'platform'
),

periods as (
    select * from {{ ref('int_periods') }}
),

final as (
    select
        assignments.period,
        assignments.assigned_in,
        assignments.patent_no,
        assignments.expert_id,
        assignments.employer_id,
        assignments.employer_group,
        assignments.need_kind,
        assignments.answer_due_on,
        evaluations.evaluation_id,
        evaluations.evaluated_on,
        case
            when evaluations.evaluation_id is not null then 'answered'
            when periods.month_end <= assignments.answer_due_on then 'open'
            else 'lapsed'
        end as assignment_status,
        {{ dbt.datediff(
            "cast(assignments.assigned_in || '-01' as date)", "cast(assignments.period || '-01' as date)", 'month'
        ) }} as months_ago,
        assignments.data_origin,
        assignments.received_at
    from assignments
    inner join periods on assignments.period = periods.period
    left join evaluations
        on
            assignments.period = evaluations.period
            and assignments.patent_no = evaluations.patent_no
            and assignments.employer_id = evaluations.enterprise_id
            and evaluations.evaluated_on > {{ month_end_of('assignments.assigned_in') }}
)

select * from final
