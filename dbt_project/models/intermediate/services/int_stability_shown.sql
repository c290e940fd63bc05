-- Grain: One row per patent of the base library in force and kind of evidence that its right is stable, the latest of each.
-- What upheld a right against a request for invalidity is told by the gazette, too (partial invalidity).
with
periods as (
    select * from {{ ref('int_periods') }}
    where months_back = 0
),

patents as (
    select * from {{ ref('int_patents_described') }}
    where is_base_library and is_in_force
),

reports as (
    select * from {{ ref('stg_stability_reports__reports') }}
),

events as (
    select * from {{ ref('int_events_judged') }}
    where event_code = 'IP01' and is_counted and not is_at_freeze
),

shown as (
    select
        reports.period,
        reports.patent_no,
        reports.stability_evidence,
        reports.stability_outcome,
        reports.issued_on,
        reports.document_no,
        reports.data_origin,
        reports.received_at
    from reports
    inner join patents
        on
            reports.period = patents.period
            and reports.patent_no = patents.patent_no
    where reports.sender_id in ('platform', patents.institution_id)
    union all
    select
        period,
        patent_no,
        'invalidity_survived' as stability_evidence,
        'partly' as stability_outcome,
        event_date as issued_on,
        registration_no as document_no,
        data_origin,
        null as received_at
    from events
),

ranked as (
    select
        shown.*,
        row_number() over (
            partition by shown.period, shown.patent_no, shown.stability_evidence
            order by shown.issued_on desc, shown.received_at desc nulls last, shown.document_no asc
        ) as recency
    from shown
    inner join periods
        on
            shown.period = periods.period
            and shown.issued_on <= periods.month_end
),

final as (
    select
        ranked.period,
        ranked.patent_no,
        ranked.stability_evidence,
        ranked.stability_outcome,
        ranked.issued_on,
        ranked.document_no,
        ranked.data_origin
    from ranked
    inner join patents
        on
            ranked.period = patents.period
            and ranked.patent_no = patents.patent_no
    where ranked.recency = 1
)

select * from final
