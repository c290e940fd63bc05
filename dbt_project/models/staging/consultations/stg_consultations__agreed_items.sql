-- Grain: One row per consulted quarter and item: the latest that was received.
-- What was withdrawn is not among them.
with
items as (
    select * from {{ source('consultations', 'agreed_items') }}
),

ranked as (
    select
        items.*,
        row_number() over (
            {{ latest_first(['items.consulted_quarter', 'items.agreed_no'], 'items') }}
        ) as recency
    from items
),

final as (
    select
        consulted_quarter,
        agreed_no,
        consulted_on,
        agreed_text,
        responsible_unit,
        agreed_due_on,
        agreed_status,
        closed_on,
        agreed_note,
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
