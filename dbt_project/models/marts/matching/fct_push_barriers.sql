-- Grain: One row per patent that may be pushed in the period, and recipient to whom it may not.
with
barred as (
    select * from {{ ref('int_pushes_barred') }}
),

final as (
    select
        period,
        patent_no,
        enterprise_id,
        push_barrier,
        data_origin
    from barred
)

select * from final
