-- Grain: One row per filing made by the month's last day.
with
filings as (
    select * from {{ ref('int_filings_made') }}
    where period = '{{ var("period") }}'
),

final as (
    select
        period,
        sender_id,
        filing_no,
        filing_kind,
        filer_kind,
        filer_code,
        province_code,
        subject_name,
        filed_on,
        filed_count,
        filing_evidence,
        data_origin,
        learned_at,
        received_at,
        source_file,
        source_row
    from filings
)

select * from final
