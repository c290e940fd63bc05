-- Grain: One row per period, patent, sender, kind of evidence and day of issue: the latest that was known and is not withdrawn.
with
ranked as (
    {{ known_rows('stability_reports', 'reports', ['patent_no', 'sender_id', 'stability_evidence', 'issued_on']) }}
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
