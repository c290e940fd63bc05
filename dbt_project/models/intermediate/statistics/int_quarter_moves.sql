-- Grain: One row per patent and institution whose stock it changed between both ends of the quarter, with the cause.
with
stock as (
    select
        *,
        cast({{ dbt.dateadd('day', -1, 'quarter_start') }} as date) as previous_end
    from {{ ref('int_quarter_stock') }}
),

explained as (
    {{ explained_moves('stock', 'previous_end') }}
),

moves as (
    {{ signed_moves('explained') }}
),

final as (
    select
        period,
        patent_no,
        institution_id,
        change_cause,
        signed_count
    from moves
)

select * from final
