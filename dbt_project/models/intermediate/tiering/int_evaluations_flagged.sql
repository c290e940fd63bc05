-- Grain: One row per period, patent and evaluating enterprise: its latest evaluation, with what is unusual about it.
-- An expert's and the enterprise's own evaluation bear the same code, so the later of the two stands.
with
evaluations as (
    select * from {{ ref('stg_evaluations__evaluations') }}
),

enterprises as (
    select * from {{ ref('int_enterprises_succeeded') }}
),

pushes as (
    select * from {{ ref('stg_dispatches__pushes') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by period, patent_no, enterprise_id
            order by
                {{ says_its_own('') }} desc, {{ said_on('') }} desc, received_at desc, load_id desc, source_row desc
        ) as recency
    from evaluations
),

-- An enterprise outside the register is its own group.
latest as (
    select
        ranked.*,
        coalesce(enterprises.evaluator_group, ranked.enterprise_id) as evaluator_group,
        {{ dbt.date_trunc('month', 'ranked.evaluated_on') }} as evaluated_month
    from ranked
    left join enterprises
        on
            ranked.period = enterprises.period
            and ranked.enterprise_id = enterprises.enterprise_id
    where ranked.recency = 1
),

first_pushes as (
    select
        period,
        min({{ month_end_of('pushed_in') }}) as pushed_from
    from pushes
    group by period
),

pushed_groups as (
    select distinct
        pushes.period,
        pushes.patent_no,
        coalesce(enterprises.evaluator_group, pushes.enterprise_id) as evaluator_group
    from pushes
    left join enterprises
        on
            pushes.period = enterprises.period
            and pushes.enterprise_id = enterprises.enterprise_id
),

days as (
    select
        period,
        evaluator_group,
        evaluated_on,
        count(*) as evaluation_count
    from latest
    group by period, evaluator_group, evaluated_on
),

months as (
    select
        period,
        evaluator_group,
        evaluated_month,
        count(*) as evaluation_count
    from latest
    group by period, evaluator_group, evaluated_month
),

medians as (
    select
        period,
        evaluated_month,
        percentile_cont(0.5) within group (order by evaluation_count) as median_count
    from months
    group by period, evaluated_month
),

evaluators as (
    select
        period,
        evaluator_group,
        count(*) >= {{ evaluation_bounds().uniform_least }}
        and min(prospect_score) = max(prospect_score) as has_uniform_scores
    from latest
    group by period, evaluator_group
),

final as (
    select
        latest.period,
        latest.evaluation_id,
        latest.patent_no,
        latest.enterprise_id,
        latest.evaluator_group,
        latest.evaluator_kind,
        latest.prospect_score,
        latest.improvement_kind,
        latest.improvement_wanted,
        latest.cooperation_willingness,
        latest.decline_reason,
        latest.price_mode,
        latest.evaluated_on,
        latest.data_origin,
        latest.received_at,
        latest.sender_id,
        latest.source_file,
        latest.source_row,
        nullif(
            concat_ws(
                '|',
                case
                    when
                        days.evaluation_count > {{ evaluation_bounds().daily_limit }}
                        or months.evaluation_count > greatest(
                            {{ evaluation_bounds().monthly_floor }},
                            {{ evaluation_bounds().median_multiple }} * medians.median_count
                        )
                        then 'excess_volume'
                end,
                case
                    when
                        latest.evaluator_kind = 'enterprise'
                        and latest.evaluated_on > first_pushes.pushed_from
                        and pushed_groups.patent_no is null
                        then 'never_pushed'
                end,
                case when evaluators.has_uniform_scores then 'uniform_scores' end
            ),
            ''
        ) as flags
    from latest
    inner join days
        on
            latest.period = days.period
            and latest.evaluator_group = days.evaluator_group
            and latest.evaluated_on = days.evaluated_on
    inner join months
        on
            latest.period = months.period
            and latest.evaluator_group = months.evaluator_group
            and latest.evaluated_month = months.evaluated_month
    inner join medians
        on
            latest.period = medians.period
            and latest.evaluated_month = medians.evaluated_month
    inner join evaluators
        on
            latest.period = evaluators.period
            and latest.evaluator_group = evaluators.evaluator_group
    left join first_pushes on latest.period = first_pushes.period
    left join pushed_groups
        on
            latest.period = pushed_groups.period
            and latest.patent_no = pushed_groups.patent_no
            and latest.evaluator_group = pushed_groups.evaluator_group
)

select * from final
