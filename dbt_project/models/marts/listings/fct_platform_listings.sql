-- Grain: One row per platform and patent registered by the month's last day.
with
listings as (
    select * from {{ ref('int_listings_judged') }}
    where period = '{{ var("period") }}'
),

final as (
    select
        period,
        sender_id,
        patent_no,
        institution_id,
        province_code,
        city_code,
        listed_on,
        released_on,
        release_batch_no,
        delisting_reason,
        data_origin,
        learned_at,
        received_at,
        source_file,
        source_row
    from listings
)

select * from final
