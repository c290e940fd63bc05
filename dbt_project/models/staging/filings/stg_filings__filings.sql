-- Grain: One row per period, sender and filing: the latest that was known, with the instant of the first.
-- What its sender has withdrawn is not among them.
with
ranked as (
    {{ known_rows('filings', 'filings', ['sender_id', 'filing_no']) }}
),

final as (
    select
        known_in as period,
        filing_no,
        filing_kind,
        filer_kind,
        filer_code,
        subject_name,
        filed_on,
        filed_count,
        filing_evidence,
        data_origin,
        learned_at,
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
