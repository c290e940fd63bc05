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
    select * from {{ ref('int_enterprises_succeeded') }}
),

enterprise_names as (
    select * from {{ ref('int_enterprise_names_listed') }}
),

own_patents as (
    select distinct
        owners.period,
        owners.patent_no,
        enterprise_names.enterprise_id
    from owners
    inner join enterprise_names
        on
            owners.period = enterprise_names.period
            and owners.owner_name = enterprise_names.enterprise_name
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
        ranked.evaluation_id,
        ranked.patent_no,
        ranked.enterprise_id,
        coalesce(enterprises.evaluator_group, ranked.enterprise_id) as evaluator_group,
        coalesce(patents.field_no, 0) as field_key,
        ranked.evaluator_kind,
        ranked.prospect_score,
        ranked.improvement_kind,
        ranked.improvement_wanted,
        ranked.cooperation_willingness,
        ranked.decline_reason,
        ranked.price_mode,
        ranked.evaluated_on,
        ranked.data_origin,
        ranked.received_at,
        ranked.source_file,
        ranked.source_row,
        case
            when patents.patent_no is null or not patents.is_base_library then 'outside_base_library'
            when own_patents.patent_no is not null then 'own_patent'
        end as uncounted_reason,
        cast(null as varchar) as flags
    from ranked
    left join patents
        on
            ranked.period = patents.period
            and ranked.patent_no = patents.patent_no
    left join enterprises
        on
            ranked.period = enterprises.period
            and ranked.enterprise_id = enterprises.enterprise_id
    left join own_patents
        on
            ranked.period = own_patents.period
            and ranked.patent_no = own_patents.patent_no
            and ranked.enterprise_id = own_patents.enterprise_id
    where ranked.recency = 1
)

select * from final
