-- Grain: One row per period, expert and technology field that its IPC subclasses belong to.
-- A subclass belongs to the field of the longest prefix it begins with, and to those into which it is divided further.
with
experts as (
    select * from {{ ref('stg_experts__experts') }}
),

ipc_fields as (
    select * from {{ ref('ipc_fields') }}
),

listed as (
    select
        period,
        expert_id,
        {{ explode_list('ipc_subclasses', 'ipc_subclass', 'subclass_position') }}
    from experts
),

subclasses as (
    select distinct ipc_subclass from listed
),

whole as (
    select
        subclasses.ipc_subclass,
        ipc_fields.field_no,
        row_number() over (
            partition by subclasses.ipc_subclass order by length(ipc_fields.ipc_prefix) desc
        ) as precedence
    from subclasses
    inner join ipc_fields
        on left(subclasses.ipc_subclass, length(ipc_fields.ipc_prefix)) = ipc_fields.ipc_prefix
),

subclass_fields as (
    select
        ipc_subclass,
        field_no
    from whole
    where precedence = 1
    union
    select
        subclasses.ipc_subclass,
        ipc_fields.field_no
    from subclasses
    inner join ipc_fields
        on left(ipc_fields.ipc_prefix, length(subclasses.ipc_subclass)) = subclasses.ipc_subclass
),

final as (
    select distinct
        listed.period,
        listed.expert_id,
        subclass_fields.field_no
    from listed
    inner join subclass_fields on listed.ipc_subclass = subclass_fields.ipc_subclass
)

select * from final
