-- Grain: One row per period, patent of the base library and kind of evidence that it has gone a step towards use.
with
patents as (
    select * from {{ ref('int_patents_described') }}
    where is_base_library
),

evaluations as (
    select * from {{ ref('int_evaluations_counted') }}
    where uncounted_reason is null
),

pushes as (
    select * from {{ ref('stg_dispatches__pushes') }}
),

entries as (
    select * from {{ ref('int_entries_matched') }}
),

events as (
    select * from {{ ref('stg_legal_events__events') }}
),

judged as (
    select * from {{ ref('int_events_judged') }}
    where
        not is_at_freeze
        and is_counted
        and event_category in ('license', 'transfer')
        and event_effect = 'opens_mark'
),

conversion_evidence as (
    select * from {{ ref('conversion_evidence') }}
),

recordals as (
    select
        patents.period,
        patents.patent_no,
        judged.event_date as shown_on,
        judged.data_origin,
        case judged.event_category when 'license' then 'licence_recordal' else 'transfer_registration' end
            as evidence_code
    from judged
    inner join events
        on
            judged.period = events.period
            and judged.event_id = events.event_id
    inner join patents
        on
            judged.period = patents.period
            and judged.patent_no = patents.patent_no
    where
        judged.event_category = 'license'
        or {{ lists_overlap('patents.origin_owners', 'events.holders_before') }}
        and not {{ lists_overlap('events.holders_before', 'events.holders_after') }}
),

shown as (
    select
        period,
        patent_no,
        'push' as evidence_code,
        {{ month_end_of('pushed_in') }} as shown_on,
        data_origin
    from pushes
    union all
    select
        period,
        patent_no,
        'evaluation' as evidence_code,
        evaluated_on as shown_on,
        data_origin
    from evaluations
    union all
    select
        period,
        patent_no,
        'willing_evaluator' as evidence_code,
        evaluated_on as shown_on,
        data_origin
    from evaluations
    where cooperation_willingness = 'willing'
    union all
    select
        period,
        patent_no,
        'declared_deal' as evidence_code,
        null as shown_on,
        data_origin
    from entries
    where is_licensed or is_transferred
    union all
    select
        period,
        patent_no,
        'contract_papers' as evidence_code,
        implementation_date as shown_on,
        data_origin
    from entries
    where implementation_evidence in ('contract', 'revenue')
    union all
    select
        period,
        patent_no,
        'licensee_use' as evidence_code,
        implementation_date as shown_on,
        data_origin
    from entries
    where implementation_status = 'licensed_use'
    union all
    select
        period,
        patent_no,
        'product_on_market' as evidence_code,
        implementation_date as shown_on,
        data_origin
    from entries
    where implementation_status = 'product'
    union all
    select
        period,
        patent_no,
        evidence_code,
        shown_on,
        data_origin
    from recordals
),

final as (
    select
        shown.period,
        shown.patent_no,
        shown.evidence_code,
        conversion_evidence.conversion_stage,
        conversion_evidence.stage_order,
        conversion_evidence.label as evidence_label,
        min(shown.shown_on) as shown_on,
        bool_or(shown.data_origin = 'simulated') as is_simulated
    from shown
    inner join patents
        on
            shown.period = patents.period
            and shown.patent_no = patents.patent_no
    inner join conversion_evidence on shown.evidence_code = conversion_evidence.evidence_code
    group by
        shown.period, shown.patent_no, shown.evidence_code,
        conversion_evidence.conversion_stage, conversion_evidence.stage_order, conversion_evidence.label
)

select * from final
