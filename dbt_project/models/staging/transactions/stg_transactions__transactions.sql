-- Grain: One row per period, sender, transaction and patent: the latest that was known, with the instant of the first.
-- What its sender has withdrawn stays, so that a deal that was counted once does not vanish without a word.
with
ranked as (
    {{ known_rows('transactions', 'transactions', ['sender_id', 'transaction_no', 'patent_no']) }}
),

final as (
    select
        known_in as period,
        transaction_no,
        patent_no,
        transaction_kind,
        license_kind,
        transferor_name,
        transferee_name,
        transferee_id,
        payment_mode,
        price_yuan,
        royalty_percent,
        signed_on,
        reported_by,
        coalesce(entry_action = 'withdraw', false) as is_withdrawn,
        data_origin,
        learned_at,
        received_at,
        load_id,
        sender_id,
        source_file,
        source_row
    from ranked
    where recency = 1
)

select * from final
