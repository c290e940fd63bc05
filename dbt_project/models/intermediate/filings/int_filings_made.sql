-- Grain: One row per period and filing made by the month's last day.
with
periods as (
    select * from {{ ref('int_periods') }}
),

filings as (
    select * from {{ ref('stg_filings__filings') }}
),

final as (
    select
        filings.period,
        filings.sender_id,
        filings.filing_no,
        filings.filing_kind,
        filings.filer_kind,
        filings.filer_code,
        case when filings.filer_kind in ('province', 'city') then left(filings.filer_code, 2) end as province_code,
        filings.subject_name,
        filings.filed_on,
        filings.filed_count,
        filings.filing_evidence,
        filings.data_origin,
        filings.learned_at,
        filings.received_at,
        filings.source_file,
        filings.source_row
    from filings
    inner join periods
        on
            filings.period = periods.period
            and filings.filed_on <= periods.month_end
)

select * from final
