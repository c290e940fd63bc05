-- Grain: One row per period: its matching in figures, beside the pushes of the month before.
with
summaries as (
    select * from {{ ref('stg_matching__summaries') }}
),

earlier_pushes as (
    select * from {{ ref('stg_dispatches__pushes') }}
    where period = '{{ var("period") }}'
),

month_before as (
    select round(avg(cast(probability as decimal(9, 6))), 6) as previous_mean_probability
    from earlier_pushes
    where {{ month_number_of('period') }} - ({{ month_number_of('pushed_in') }}) = 1
),

final as (
    select
        summaries.*,
        month_before.previous_mean_probability
    from summaries
    cross join month_before
)

select * from final
