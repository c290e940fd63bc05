-- Grain: One row per period, patent and sender: the latest statement that was known and is not withdrawn.
with
ranked as (
    {{ known_rows('open_license_offers', 'offers', ['patent_no', 'sender_id']) }}
),

final as (
    select
        known_in as period,
        patent_no,
        license_fee_basis,
        offered_fee_yuan,
        offered_royalty_percent,
        consenting_owners,
        offered_from,
        offered_until,
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
