-- Grain: One row per period, sender, transaction and patent: the latest that was known, with the instant of the first.
-- What its sender has withdrawn stays, so that a deal that was counted once does not vanish without a word.
with
periods as (
    {{ spine() }}
),

transactions as (
    select * from {{ source('transactions', 'transactions') }}
),

ranked as (
    select
        transactions.*,
        periods.period as known_in,
        min(transactions.received_at) over (
            partition by periods.period, transactions.sender_id, transactions.transaction_no, transactions.patent_no
        ) as learned_at,
        row_number() over (
            {{ latest_first(
                ['periods.period', 'transactions.sender_id', 'transactions.transaction_no', 'transactions.patent_no'],
                'transactions',
            ) }}
        ) as recency
    from transactions
    inner join periods on transactions.period <= periods.loads_until
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
