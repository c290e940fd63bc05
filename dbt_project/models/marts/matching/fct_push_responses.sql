-- Grain: One row per recipient of the period to which earlier months pushed something.
with
answered as (
    select * from {{ ref('int_pushes_answered') }}
),

final as (
    select
        period,
        enterprise_id,
        earlier_push_count,
        answered_push_count,
        response_rate,
        response_gain,
        data_origin
    from answered
)

select * from final
