-- Grain: One row per period, patent, sender, kind of evidence and day of issue: the latest that was known and is not withdrawn.
with
periods as (
    {{ spine() }}
),

reports as (
    select * from {{ source('stability_reports', 'reports') }}
),

ranked as (
    select
        reports.*,
        periods.period as known_in,
        row_number() over (
            {{ latest_first([
                'periods.period', 'reports.patent_no', 'reports.sender_id', 'reports.stability_evidence',
                'reports.issued_on'
            ], 'reports') }}
        ) as recency
    from reports
    inner join periods on reports.period <= periods.loads_until
),

final as (
    select
        known_in as period,
        patent_no,
        stability_evidence,
        stability_outcome,
        issued_on,
        document_no,
        data_origin,
        received_at,
        load_id,
        sender_id,
        source_file,
        source_row
    from ranked
    where
        recency = 1
        and coalesce(entry_action, 'report') != 'withdraw'
)

select * from final
