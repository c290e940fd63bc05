-- Grain: One row per accepted load that the period knows.
with
loads as (
    select * from {{ ref('stg_lake__loads') }}
    where
        period = '{{ var("period") }}'
        and load_status = 'accepted'
),

final as (
    select
        load_id,
        load_period,
        source,
        row_count
    from loads
)

select * from final
