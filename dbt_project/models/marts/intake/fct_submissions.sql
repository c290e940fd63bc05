-- Grain: One row per load received for the period, or for an earlier month and still open.
with
submissions as (
    select * from {{ ref('int_submissions_settled') }}
    where period = '{{ var("period") }}' and (load_period = period or is_open)
),

told as (
    select * from {{ ref('int_submissions_told') }}
    where period = '{{ var("period") }}'
),

final as (
    select
        submissions.period,
        submissions.load_id,
        submissions.load_period,
        submissions.source,
        submissions.dataset,
        submissions.sender_id,
        submissions.sender_name,
        submissions.is_known_sender,
        submissions.source_file,
        submissions.received_at,
        submissions.load_status,
        submissions.rejection,
        submissions.received_count,
        submissions.row_count,
        submissions.quarantined_count,
        submissions.duplicate_count,
        submissions.closed_count,
        submissions.open_count,
        submissions.unmatched_patent_count,
        submissions.is_open,
        told.findings,
        told.next_step,
        submissions.content_digest
    from submissions
    left join told on submissions.load_id = told.load_id
)

select * from final
