-- Grain: One row per period, earlier month, patent and expert: what the newest version of that month assigned.
-- A version that assigns nothing is a load without rows, so the newest load is found among the loads.
with
periods as (
    {{ spine() }}
),

assignments as (
    select * from {{ source('dispatches', 'expert_assignments') }}
),

loads as (
    {{ newest_dispatches('expert_assignments') }}
),

final as (
    select
        periods.period,
        assignments.period as assigned_in,
        assignments.patent_no,
        assignments.expert_id,
        assignments.employer_id,
        assignments.employer_group,
        assignments.need_kind,
        assignments.answer_due_on,
        assignments.data_origin,
        assignments.received_at,
        assignments.load_id,
        assignments.sender_id,
        assignments.source_file,
        assignments.source_row
    from assignments
    inner join loads on assignments.load_id = loads.load_id
    inner join periods on assignments.period < periods.period
)

select * from final
