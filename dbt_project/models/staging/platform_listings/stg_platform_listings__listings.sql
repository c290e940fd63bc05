-- Grain: One row per period, sender and patent: the latest that was known, with the instant of the first.
-- What its sender has withdrawn is not among them.
with
ranked as (
    {{ known_rows('platform_listings', 'listings', ['sender_id', 'patent_no']) }}
),

final as (
    select
        known_in as period,
        patent_no,
        listed_on,
        released_on,
        release_batch_no,
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
