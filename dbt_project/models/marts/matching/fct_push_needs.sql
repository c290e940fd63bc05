-- Grain: One row per need that a recipient of the period has open.
with
needs as (
    select * from {{ ref('int_needs_open') }}
),

final as (
    select
        period,
        need_id,
        enterprise_id,
        ipc_codes,
        data_origin
    from needs
)

select * from final
