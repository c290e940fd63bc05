-- Grain: One row per patent of Form 2 that needs experts in the period.
with
needs as (
    select * from {{ ref('int_patents_needing_experts') }}
    where period = '{{ var("period") }}'
),

tiers as (
    select * from {{ ref('fct_tiers') }}
),

expert_fields as (
    select * from {{ ref('int_expert_fields') }}
),

experts as (
    select * from {{ ref('dim_experts') }}
),

pool as (
    select count(*) as expert_count from experts
),

fields as (
    select
        experts.period,
        expert_fields.field_no,
        count(*) as field_expert_count
    from experts
    inner join expert_fields
        on
            experts.period = expert_fields.period
            and experts.expert_id = expert_fields.expert_id
    group by experts.period, expert_fields.field_no
),

final as (
    select
        needs.period,
        needs.patent_no,
        needs.institution_id,
        needs.field_no,
        needs.tier,
        needs.evaluator_count,
        needs.theta,
        needs.l80,
        needs.need_kind,
        needs.open_assignment_count,
        needs.seat_count,
        cast(coalesce(fields.field_expert_count, 0) as bigint) as field_expert_count,
        cast(pool.expert_count - coalesce(fields.field_expert_count, 0) as bigint) as other_field_expert_count,
        tiers.data_origin,
        tiers.simulated_fields
    from needs
    inner join tiers on needs.patent_no = tiers.patent_no
    cross join pool
    left join fields on needs.field_no = fields.field_no
)

select * from final
