-- Grain: One row per patent that needs experts in the period and expert of its technology field, with what keeps them apart.
with
needs as (
    select * from {{ ref('int_patents_needing_experts') }}
),

expert_fields as (
    select * from {{ ref('int_expert_fields') }}
),

experts as (
    select * from {{ ref('int_experts_placed') }}
),

patents as (
    select * from {{ ref('int_patents_described') }}
),

found as (
    select * from {{ ref('int_expert_conflicts_found') }}
),

expert_conflicts as (
    select * from {{ ref('expert_conflicts') }}
),

pairs as (
    select
        needs.period,
        needs.patent_no,
        needs.institution_id,
        needs.field_no,
        needs.need_kind,
        experts.expert_id,
        experts.employer_group,
        experts.is_available,
        left(patents.main_ipc, 4) as ipc_subclass,
        experts.ipc_subclasses,
        case
            when experts.data_origin = 'simulated' or patents.data_origin = 'simulated' then 'simulated'
            else 'real'
        end as data_origin
    from needs
    inner join expert_fields
        on
            needs.period = expert_fields.period
            and needs.field_no = expert_fields.field_no
    inner join experts
        on
            expert_fields.period = experts.period
            and expert_fields.expert_id = experts.expert_id
    inner join patents
        on
            needs.period = patents.period
            and needs.patent_no = patents.patent_no
),

conflicts as (
    select
        period,
        patent_no,
        expert_id,
        conflict_reason
    from found
    union all
    select
        period,
        patent_no,
        expert_id,
        'unavailable' as conflict_reason
    from pairs
    where not is_available
),

ranked as (
    select
        conflicts.*,
        row_number() over (
            partition by conflicts.period, conflicts.patent_no, conflicts.expert_id
            order by expert_conflicts.precedence
        ) as standing
    from conflicts
    inner join expert_conflicts on conflicts.conflict_reason = expert_conflicts.conflict_reason
),

final as (
    select
        pairs.period,
        pairs.patent_no,
        pairs.institution_id,
        pairs.field_no,
        pairs.need_kind,
        pairs.expert_id,
        pairs.employer_group,
        coalesce({{ lists_overlap('pairs.ipc_subclasses', 'pairs.ipc_subclass') }}, false) as is_subclass_match,
        ranked.conflict_reason,
        pairs.data_origin
    from pairs
    left join ranked
        on
            pairs.period = ranked.period
            and pairs.patent_no = ranked.patent_no
            and pairs.expert_id = ranked.expert_id
            and ranked.standing = 1
)

select * from final
