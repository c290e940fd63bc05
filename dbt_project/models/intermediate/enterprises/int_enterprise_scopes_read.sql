-- Grain: One row per period, enterprise and thing its business scope speaks of.
{%- set reading = scope_reading() %}
with
enterprises as (
    select * from {{ ref('stg_enterprises__enterprises') }}
    where business_scope is not null
),

clauses as (
    select
        period,
        enterprise_id,
        {{ explode_pieces(without_brackets('business_scope'), '；;。', 'clause', 'clause_position') }}
    from enterprises
),

-- What a clause ends with holds for all it lists.
parts as (
    select
        period,
        enterprise_id,
        clause_position,
        case
            when {{ ends_with_any('trim(clause)', reading.selling) }} then 'selling'
            when {{ ends_with_any('trim(clause)', reading.making) }} then 'making'
            else 'open'
        end as activity,
        {{ explode_pieces('clause', '、，,：:和及与', 'part', 'part_position') }}
    from clauses
),

things as (
    select
        period,
        enterprise_id,
        activity,
        clause_position,
        part_position,
        {{ thing_of('part', reading.endings) }} as thing
    from parts
),

ranked as (
    select
        *,
        row_number() over (
            partition by period, enterprise_id, thing order by clause_position, part_position
        ) as mention
    from things
    where length(thing) >= 2
),

final as (
    select
        period,
        enterprise_id,
        thing,
        activity,
        clause_position,
        part_position
    from ranked
    where mention = 1
)

select * from final
