-- Grain: One row per statistic and institution or province with a shown rate: its place, and the places that it may have.
-- Exact intervals that hold for all units together say who is surely better or worse (decision 0032).
with
figures as (
    select * from {{ ref('fct_quarterly_statistics') }}
    where
        scope_kind in ('province', 'institution')
        and denominator_count > 0
        and not is_suppressed
),

counted as (
    select
        *,
        count(*) over (partition by scope_kind, statistic_id) as ranked_count
    from figures
),

bounded as (
    select
        *,
        rank() over (partition by scope_kind, statistic_id order by rate desc) as place,
        {{ exact_bound('numerator_count', 'denominator_count', tail_of_all('ranked_count')) }} as low,
        {{ exact_bound('numerator_count', 'denominator_count', '1 - ' ~ tail_of_all('ranked_count')) }} as high
    from counted
),

final as (
    select
        units.period,
        units.quarter,
        units.scope_kind,
        units.scope_code,
        units.scope_name,
        units.statistic_id,
        units.rate,
        units.ranked_count,
        units.place,
        cast(1 + sum(case when rivals.low > units.high then 1 else 0 end) as bigint) as best_place,
        cast(units.ranked_count - sum(case when rivals.high < units.low then 1 else 0 end) as bigint) as worst_place,
        units.data_origin
    from bounded as units
    inner join bounded as rivals
        on
            units.scope_kind = rivals.scope_kind
            and units.statistic_id = rivals.statistic_id
    group by
        units.period,
        units.quarter,
        units.scope_kind,
        units.scope_code,
        units.scope_name,
        units.statistic_id,
        units.rate,
        units.ranked_count,
        units.place,
        units.data_origin
)

select * from final
