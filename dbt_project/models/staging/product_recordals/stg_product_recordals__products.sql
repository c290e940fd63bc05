-- Grain: One row per period, product recordal and patent: the latest that was known, with the instant of the first.
-- What its sender has withdrawn is not among them.
with
ranked as (
    {{ known_rows('product_recordals', 'products', ['product_recordal_no', 'patent_no']) }}
),

final as (
    select
        known_in as period,
        product_recordal_no,
        patent_no,
        product_name,
        producer_name,
        producer_id,
        recorded_on,
        launched_on,
        revenue_yuan,
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
