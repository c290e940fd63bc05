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

deals as (
    select * from {{ ref('int_deals_judged') }}
    where deal_kind != 'pledge'
),

products as (
    select * from {{ ref('int_products_chained') }}
),

conversion_evidence as (
    select * from {{ ref('conversion_evidence') }}
),

-- A licence on record whose parties cannot be read is a licence all the same.
deals_shown as (
    select
        period,
        patent_no,
        case when deal_kind = 'transfer' then 'transfer_registration' else 'licence_recordal' end as evidence_code,
        registered_on as shown_on,
        data_origin
    from deals
    where
        is_registered
        and (
            not_genuine_reason is null
            or not_genuine_reason = 'parties_unknown'
            and deal_kind != 'transfer'
        )
    union all
    select
        period,
        patent_no,
        'reported_deal' as evidence_code,
        signed_on as shown_on,
        data_origin
    from deals
    where
        is_reported
        and not_genuine_reason is null
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
    from deals_shown
    union all
    select
        period,
        patent_no,
        'product_recordal' as evidence_code,
        recorded_on as shown_on,
        data_origin
    from products
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
