-- Grain: One row per period, sender and patent: the latest that was known, with the instant of the first.
-- What its sender has withdrawn is not among them.
with
periods as (
    {{ spine() }}
),

listings as (
    select * from {{ source('platform_listings', 'listings') }}
),

ranked as (
    select
        listings.*,
        periods.period as known_in,
        min(listings.received_at) over (
            partition by periods.period, listings.sender_id, listings.patent_no
        ) as learned_at,
        row_number() over (
            {{ latest_first(['periods.period', 'listings.sender_id', 'listings.patent_no'], 'listings') }}
        ) as recency
    from listings
    inner join periods on listings.period <= periods.loads_until
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
