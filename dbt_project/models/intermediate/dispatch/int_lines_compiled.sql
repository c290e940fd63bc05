-- Grain: One row per patent of Form 2 and period, this one and the one before: the line as it is released.
with
tiers as (
    select * from {{ ref('int_tiers_held') }}
),

patents as (
    select * from {{ ref('int_patents_described') }}
),

entries as (
    select * from {{ ref('int_entries_matched') }}
),

prioritised as (
    select * from {{ ref('int_patents_prioritised') }}
),

constants as (
    select * from {{ ref('int_constants_effective') }}
),

-- A real patent may carry an invented assessment or invented evaluations; the line says which of its columns are.
final as (
    select
        tiers.period,
        tiers.patent_no,
        patents.title,
        patents.patent_type,
        patents.filing_date,
        patents.grant_date,
        patents.expiry_date,
        patents.owners,
        patents.institution_id,
        patents.institution_name,
        patents.province_code,
        patents.province_name,
        patents.city_code,
        patents.city_name,
        patents.field_no,
        patents.field_name,
        patents.main_ipc,
        prioritised.ipc_subclass,
        prioritised.ipc_subclass_title,
        prioritised.sei_code,
        prioritised.sei_name,
        prioritised.sei_evidence,
        prioritised.is_priority,
        prioritised.priority_rank,
        prioritised.priority_ground,
        prioritised.priority_evidence,
        patents.legal_status,
        entries.maturity_word,
        entries.trl,
        entries.application_scenario,
        entries.prospect_level,
        entries.intent,
        case
            when entries.trl is null then 'unknown'
            when entries.trl >= constants.t1_min_trl then 'mature'
            when entries.trl >= constants.t2_min_trl then 'middle'
            else 'early'
        end as maturity_stage,
        case
            when tiers.evaluator_count < constants.min_evaluators then 'unrated'
            when tiers.l80 >= constants.t1_min_l80 then 'strong'
            when tiers.theta >= constants.t2_min_theta then 'fair'
            else 'weak'
        end as market_prospect,
        tiers.tier,
        tiers.conversion_stage,
        tiers.evaluator_count,
        tiers.theta,
        tiers.l80,
        patents.data_origin,
        {{ merge_lists([
            'patents.simulated_fields',
            'prioritised.simulated_fields',
            "case when entries.data_origin = 'simulated' then " ~ line_columns_of_entry() ~ " end",
            "case when tiers.has_simulated_evaluation then 'evaluator_count|l80|market_prospect|theta|tier' end",
            "case when tiers.is_stage_simulated then 'conversion_stage' end",
        ]) }} as simulated_fields
    from tiers
    inner join patents
        on
            tiers.period = patents.period
            and tiers.patent_no = patents.patent_no
    inner join prioritised
        on
            tiers.period = prioritised.period
            and tiers.patent_no = prioritised.patent_no
    inner join entries
        on
            tiers.period = entries.period
            and tiers.patent_no = entries.patent_no
    inner join constants on tiers.period = constants.period
)

select * from final
