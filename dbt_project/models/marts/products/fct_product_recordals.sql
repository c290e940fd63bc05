-- Grain: One row per product recordal and patent by the month's last day.
with
products as (
    select * from {{ ref('int_products_chained') }}
    where period = '{{ var("period") }}'
),

final as (
    select
        period,
        product_recordal_no,
        patent_no,
        institution_id,
        product_name,
        producer_id,
        producer_name,
        recorded_on,
        launched_on,
        deal_id,
        chain_status,
        data_origin,
        learned_at,
        received_at,
        source_file,
        source_row
    from products
)

select * from final
