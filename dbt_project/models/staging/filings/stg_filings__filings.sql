-- Grain: One row per period, sender and filing: the latest that was known, with the instant of the first.
-- What its sender has withdrawn is not among them.
with
periods as (
    {{ spine() }}
),

filings as (
    select * from {{ source('filings', 'filings') }}
),

ranked as (
    select
        filings.*,
        periods.period as known_in,
        min(filings.received_at) over (
            partition by periods.period, filings.sender_id, filings.filing_no
        ) as learned_at,
        row_number() over (
            {{ latest_first(['periods.period', 'filings.sender_id', 'filings.filing_no'], 'filings') }}
        ) as recency
    from filings
    inner join periods on filings.period <= periods.loads_until
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
