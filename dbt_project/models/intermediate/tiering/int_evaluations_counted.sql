-- Grain: One row per period, patent and evaluating enterprise: its latest evaluation, with why it does not count.
-- An expert's and the enterprise's own evaluation bear the same code, so the later of the two stands.
with
evaluations as (
    select * from {{ ref('stg_evaluations__evaluations') }}
),

patents as (
    select * from {{ ref('int_patents_described') }}
),

owners as (
    select * from {{ ref('int_owners_resolved') }}
),

enterprises as (
    select * from {{ ref('stg_enterprises__enterprises') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by period, patent_no, enterprise_id
            order by evaluated_on desc, received_at desc, load_id desc, source_row desc
        ) as recency
    from evaluations
),

-- An enterprise outside the register is its own group.
final as (
    select
        ranked.period,
        ranked.patent_no,
        ranked.enterprise_id,
        coalesce(enterprises.group_name, ranked.enterprise_id) as evaluator_group,
        coalesce(patents.field_no, 0) as field_key,
        ranked.evaluator_kind,
        ranked.prospect_score,
        ranked.cooperation_willingness,
        ranked.evaluated_on,
        ranked.data_origin,
        ranked.received_at,
        ranked.source_file,
        ranked.source_row,
        case
            when patents.patent_no is null or not patents.is_base_library then 'outside_base_library'
            when owners.owner_name is not null then 'own_patent'
        end as uncounted_reason
    from ranked
    left join patents
        on
            ranked.period = patents.period
            and ranked.patent_no = patents.patent_no
    left join enterprises
        on
            ranked.period = enterprises.period
            and ranked.enterprise_id = enterprises.enterprise_id
    left join owners
        on
            ranked.period = owners.period
            and ranked.patent_no = owners.patent_no
            and enterprises.enterprise_name = owners.owner_name
    where ranked.recency = 1
)

select * from final
