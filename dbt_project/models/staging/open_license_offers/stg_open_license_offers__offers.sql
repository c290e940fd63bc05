-- Grain: One row per period, patent and sender: the latest statement that was known and is not withdrawn.
with
periods as (
    {{ spine() }}
),

offers as (
    select * from {{ source('open_license_offers', 'offers') }}
),

ranked as (
    select
        offers.*,
        periods.period as known_in,
        row_number() over (
            {{ latest_first(['periods.period', 'offers.patent_no', 'offers.sender_id'], 'offers') }}
        ) as recency
    from offers
    inner join periods on offers.period <= periods.loads_until
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
