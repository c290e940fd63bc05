-- Grain: One row per scope below the nation of which nothing is shown for the quarter that ends with the period.
-- Too small in some statistic, or a sum of shown scopes would give such a one away (panhuo/statistics/suppression.py). What the
-- quarter before hid costs least to hide again: the stock that one quarter ends with is what the next begins with. Marks are
-- frozen with their figures.
with
counted as (
    select * from {{ ref('fct_statistics_counts') }}
),

patents as (
    select * from {{ ref('fct_quarter_patents') }}
),

quarters as (
    select * from {{ ref('int_quarters') }}
),

frozen as (
    select distinct
        quarter,
        scope_kind,
        scope_code,
        scope_name,
        suppression
    from {{ ref('int_statistics_frozen') }}
    where suppression is not null
),

present as (
    select * from quarters
    where is_current
),

hidden_before as (
    select
        frozen.scope_kind,
        frozen.scope_code
    from frozen
    where frozen.quarter = (
        select max(quarters.quarter) from quarters
        where not quarters.is_current
    )
),

sized as (
    select
        scope_kind,
        scope_code,
        max(scope_name) as scope_name,
        max(denominator_count) as patent_count,
        bool_or(denominator_count between 1 and {{ statistics_constants().suppress_below - 1 }}) as is_small
    from counted
    group by
        scope_kind,
        scope_code
    having max(denominator_count) > 0
),

parts as (
    {{ scope_parts('patents') }}
),

filled_parts as (
    select
        parts.table_of,
        parts.scope_kind,
        parts.scope_code,
        parts.part_code,
        sized.is_small,
        case when hidden_before.scope_code is null then sized.patent_count else 1 end as hiding_cost
    from parts
    inner join sized
        on
            parts.scope_kind = sized.scope_kind
            and parts.scope_code = sized.scope_code
    inner join sized as filled
        on
            parts.table_of = filled.scope_kind
            and parts.part_code = filled.scope_code
    left join hidden_before
        on
            sized.scope_kind = hidden_before.scope_kind
            and sized.scope_code = hidden_before.scope_code
),

complements as (
    {{ complementary_scopes_of('filled_parts') }}
),

hidden as (
    select
        sized.scope_kind,
        sized.scope_code,
        sized.scope_name,
        case when sized.is_small then 'small' else 'secondary' end as suppression
    from sized
    left join complements
        on
            sized.scope_kind = complements.scope_kind
            and sized.scope_code = complements.scope_code
    where
        sized.scope_kind != 'national'
        and (sized.is_small or complements.scope_code is not null)
),

stated as (
    select
        present.quarter,
        hidden.*
    from hidden
    cross join present
    where present.frozen_at is null
    union all
    select frozen.* from frozen
    inner join present on frozen.quarter = present.quarter
),

final as (
    select
        '{{ var("period") }}' as period,
        quarter,
        scope_kind,
        scope_code,
        scope_name,
        suppression
    from stated
)

select * from final
