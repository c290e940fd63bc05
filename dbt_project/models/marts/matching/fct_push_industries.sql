-- Grain: One row per recipient of the period and emerging industry of which its business scope speaks.
with
industries as (
    select * from {{ ref('int_recipient_industries_found') }}
),

final as (
    select
        period,
        enterprise_id,
        sei_code,
        sei_keyword,
        data_origin
    from industries
)

select * from final
