-- Grain: One row per period, patent and evaluating enterprise: its latest evaluation, with why it does not count.
with
evaluations as (
    select * from {{ ref('int_evaluations_flagged') }}
),

patents as (
    select * from {{ ref('int_patents_described') }}
),

own_patents as (
    select distinct
        period,
        patent_no,
        evaluator_group
    from {{ ref('int_patents_owned_by_enterprises') }}
),

final as (
    select
        evaluations.period,
        evaluations.evaluation_id,
        evaluations.patent_no,
        evaluations.enterprise_id,
        evaluations.evaluator_group,
        coalesce(patents.field_no, 0) as field_key,
        evaluations.evaluator_kind,
        evaluations.prospect_score,
        evaluations.improvement_kind,
        evaluations.improvement_wanted,
        evaluations.cooperation_willingness,
        evaluations.decline_reason,
        evaluations.price_mode,
        evaluations.evaluated_on,
        evaluations.data_origin,
        evaluations.received_at,
        evaluations.source_file,
        evaluations.source_row,
        case
            when patents.patent_no is null or not patents.is_base_library then 'outside_base_library'
            when own_patents.patent_no is not null then 'own_patent'
            when evaluations.sender_id not in ('platform', evaluations.enterprise_id) then 'foreign_sender'
            when evaluations.evaluator_kind = 'expert' and evaluations.sender_id != 'platform' then 'self_appointed'
            when {{ lists_overlap('evaluations.flags', "'" ~ evaluation_bounds().uncounted ~ "'") }} then 'flagged'
        end as uncounted_reason,
        evaluations.flags
    from evaluations
    left join patents
        on
            evaluations.period = patents.period
            and evaluations.patent_no = patents.patent_no
    left join own_patents
        on
            evaluations.period = own_patents.period
            and evaluations.patent_no = own_patents.patent_no
            and evaluations.evaluator_group = own_patents.evaluator_group
)

select * from final
