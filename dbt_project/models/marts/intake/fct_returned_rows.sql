-- Grain: One row per row that went back in the period, is still open from before, or was closed by a load of the period.
with
settled as (
    select * from {{ ref('int_rows_settled') }}
    where period = '{{ var("period") }}'
),

loads as (
    select * from {{ ref('int_submissions_settled') }}
    where period = '{{ var("period") }}'
),

final as (
    select
        settled.period,
        settled.load_id,
        settled.source_row,
        settled.load_period,
        settled.source,
        settled.dataset,
        settled.sender_id,
        settled.source_file,
        settled.received_at,
        settled.row_key,
        settled.problem_count,
        settled.problem_codes,
        settled.problems,
        settled.is_closed,
        settled.row_closing,
        settled.closed_by_load_id,
        settled.closed_at
    from settled
    left join loads as closing on settled.closed_by_load_id = closing.load_id
    where
        settled.load_period = settled.period
        or not settled.is_closed
        or closing.load_period = settled.period
)

select * from final
