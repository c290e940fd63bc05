-- Grain: One row per inspected quarter and patent: the latest outcome that was received.
-- What was withdrawn is not among them.
with
results as (
    select * from {{ source('inspections', 'results') }}
),

ranked as (
    select
        results.*,
        row_number() over (
            {{ latest_first(['results.inspected_quarter', 'results.patent_no'], 'results') }}
        ) as recency
    from results
),

final as (
    select
        inspected_quarter,
        patent_no,
        inspection_outcome,
        difference_kinds,
        inspected_on,
        inspecting_unit,
        inspection_evidence,
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
