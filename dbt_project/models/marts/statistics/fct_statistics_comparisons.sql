-- Grain: One row per comparison, scope and statistic of the quarter with an earlier one that is frozen and was counted alike.
-- R1 - R0 = sum of s (r1 - r0) + sum of (s1 - s0) (r - R) over the parts of the nation, with the share s of a part in the
-- denominator, and s, r and R the means of both quarters: what the parts' own rates did, and what their sizes did.
with
quarters as (
    select * from {{ ref('int_quarters') }}
),

figures as (
    select * from {{ ref('fct_quarterly_statistics') }}
),

frozen as (
    select * from {{ ref('int_statistics_frozen') }}
    where not is_current
),

pairs as (
    {{ compared_quarters('quarters') }}
),

present as (
    select
        pairs.comparison_kind,
        pairs.earlier_quarter,
        figures.*
    from figures
    inner join pairs on figures.quarter = pairs.quarter
),

past as (
    select
        pairs.comparison_kind,
        pairs.earlier_quarter,
        frozen.*,
        frozen.suppression is not null as is_suppressed
    from frozen
    inner join pairs on frozen.quarter = pairs.earlier_quarter
),

nation as (
    select
        present.comparison_kind,
        present.earlier_quarter,
        present.statistic_id,
        present.definition_version,
        present.numerator_count as nation_numerator,
        present.denominator_count as nation_denominator,
        past.numerator_count as earlier_nation_numerator,
        past.denominator_count as earlier_nation_denominator
    from present
    inner join past
        on
            present.comparison_kind = past.comparison_kind
            and present.statistic_id = past.statistic_id
            and present.definition_version = past.definition_version
    where
        present.scope_kind = 'national'
        and past.scope_kind = 'national'
),

paired as (
    select
        coalesce(present.comparison_kind, past.comparison_kind) as comparison_kind,
        coalesce(present.statistic_id, past.statistic_id) as statistic_id,
        coalesce(present.scope_kind, past.scope_kind) as scope_kind,
        coalesce(present.scope_code, past.scope_code) as scope_code,
        coalesce(present.scope_name, past.scope_name) as scope_name,
        coalesce(present.numerator_count, 0) as numerator_count,
        coalesce(present.denominator_count, 0) as denominator_count,
        coalesce(past.numerator_count, 0) as earlier_numerator_count,
        coalesce(past.denominator_count, 0) as earlier_denominator_count,
        coalesce(present.is_suppressed, false) or coalesce(past.is_suppressed, false) as is_suppressed,
        case
            when coalesce(present.data_origin, 'real') = 'real' and coalesce(past.data_origin, 'real') = 'real' then 'real'
            else 'simulated'
        end as data_origin
    from present
    full outer join past
        on
            present.comparison_kind = past.comparison_kind
            and present.statistic_id = past.statistic_id
            and present.scope_kind = past.scope_kind
            and present.scope_code = past.scope_code
),

rated as (
    select
        paired.*,
        nation.earlier_quarter,
        nation.definition_version,
        {{ share_of('paired.numerator_count', 'paired.denominator_count') }} as rate,
        {{ share_of('paired.earlier_numerator_count', 'paired.earlier_denominator_count') }} as earlier_rate,
        {{ share_of('paired.denominator_count', 'nation.nation_denominator') }} as part_share,
        {{ share_of('paired.earlier_denominator_count', 'nation.earlier_nation_denominator') }} as earlier_part_share,
        (
            {{ share_of('nation.nation_numerator', 'nation.nation_denominator') }}
            + {{ share_of('nation.earlier_nation_numerator', 'nation.earlier_nation_denominator') }}
        ) / 2 as nation_mean_rate,
        {{ two_sided_p(
            'paired.numerator_count', 'paired.denominator_count',
            'paired.earlier_numerator_count', 'paired.earlier_denominator_count',
        ) }} as p_value
    from paired
    inner join nation
        on
            paired.comparison_kind = nation.comparison_kind
            and paired.statistic_id = nation.statistic_id
),

-- The marks of one table are right all together with the confidence: by Bonferroni over the cells that are shown.
tested as (
    select
        *,
        sum(case when is_suppressed then 0 else 1 end) over (
            partition by comparison_kind, scope_kind, statistic_id
        ) as shown_count
    from rated
),

multiplied as (
    select
        *,
        (part_share + earlier_part_share) / 2 * (coalesce(rate, 0) - coalesce(earlier_rate, 0)) as by_rate,
        (part_share - earlier_part_share)
        * ((coalesce(rate, 0) + coalesce(earlier_rate, 0)) / 2 - nation_mean_rate) as by_size
    from tested
),

-- A product of nothing may be 0 or -0 from one run to the next, and a file would differ.
contributed as (
    select
        *,
        case when by_rate = 0 then 0 else by_rate end as rate_contribution,
        case when by_size = 0 then 0 else by_size end as size_contribution
    from multiplied
),

final as (
    select
        '{{ var("period") }}' as period,
        quarters.quarter,
        contributed.comparison_kind,
        contributed.earlier_quarter,
        contributed.scope_kind,
        contributed.scope_code,
        contributed.scope_name,
        contributed.statistic_id,
        contributed.definition_version,
        contributed.numerator_count,
        contributed.denominator_count,
        contributed.rate,
        contributed.earlier_numerator_count,
        contributed.earlier_denominator_count,
        contributed.earlier_rate,
        contributed.rate - contributed.earlier_rate as rate_difference,
        contributed.p_value,
        contributed.p_value * contributed.shown_count < {{ 1 - statistics_constants().confidence }} as is_significant,
        contributed.rate_contribution,
        contributed.size_contribution,
        contributed.rate_contribution + contributed.size_contribution as contribution,
        contributed.is_suppressed,
        contributed.data_origin
    from contributed
    cross join quarters
    where quarters.is_current
)

select * from final
