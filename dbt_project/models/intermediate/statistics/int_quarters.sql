-- Grain: One row per quarter of the programme up to that of the period.
with
quarters as (
    {{ quarter_rows() }}
),

frozen as (
    select
        quarter,
        min(frozen_at) as frozen_at
    from {{ ref('stg_dispatches__quarterly_statistics') }}
    group by quarter
),

final as (
    select
        quarters.quarter,
        quarters.quarter_start,
        quarters.quarter_end,
        quarters.opening_period,
        quarters.freezes_at,
        quarters.is_current,
        frozen.frozen_at,
        cast('{{ var("as_of") }}' as timestamp with time zone) >= quarters.freezes_at as is_frozen
    from quarters
    left join frozen on quarters.quarter = frozen.quarter
)

select * from final
