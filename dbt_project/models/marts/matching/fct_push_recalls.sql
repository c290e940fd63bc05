-- Grain: One row per enterprise and patent that an earlier month pushed to it and that the period recalls.
with
recalled as (
    select * from {{ ref('int_pushes_recalled') }}
),

final as (
    select
        period,
        enterprise_id,
        patent_no,
        pushed_in,
        title,
        recall_reason,
        data_origin,
        simulated_fields
    from recalled
)

select * from final
