-- Grain: One row per patent of Form 2 and period, this one and the one before: its tier in words and its months last_month.
-- θ and L80 are cut and not rounded, so that what falls short of a bound never reads like the bound.
with
tiers as (
    select * from {{ ref('int_tiers_held') }}
),

periods as (
    select * from {{ ref('int_periods') }}
),

constants as (
    select * from {{ ref('int_constants_effective') }}
),

kinds as (
    select
        *,
        {{ label_of('evaluator_kind', 'evaluator_kind') }}
        || ' ' || evaluation_count || ' 次、均分 ' || {{ figure_text('mean_score', 2) }} as wording
    from {{ ref('int_evaluations_summarised') }}
),

voices as (
    select
        period,
        patent_no,
        {{ dbt.listagg('wording', "'，'", 'order by evaluator_kind') }} as wording
    from kinds
    group by period, patent_no
),

worded as (
    select
        tiers.*,
        last_month.tier as previous_tier,
        case
            when tiers.evaluation_count = 0 then '尚无有效评价。'
            else
                tiers.evaluator_count || ' 家独立评价主体作出 ' || tiers.evaluation_count || ' 次有效评价（'
                || voices.wording || '）。'
        end as evidence_words,
        case
            when tiers.evaluation_count = 0 then ''
            when {{ figure_text('tiers.mean_leniency', 2) }} in ('0.00', '-0.00') then '评价人宽严适中。'
            when tiers.mean_leniency > 0
                then '评价人平时打分比同领域偏宽 ' || {{ figure_text('tiers.mean_leniency', 2) }} || ' 分，已扣减。'
            else '评价人平时打分比同领域偏严 ' || {{ figure_text('-tiers.mean_leniency', 2) }} || ' 分，已补回。'
        end as leniency_words,
        '计入本领域均值 ' || {{ figure_text('tiers.field_mean', 2) }} || ' 后，前景估计 θ='
        || {{ cut_figure_text('tiers.theta', 3) }} || '（标准差 ' || {{ figure_text('tiers.theta_sd', 3) }}
        || '），谨慎下限 L80=' || {{ cut_figure_text('tiers.l80', 3) }} || '；成熟度'
        || coalesce(' ' || tiers.trl || ' 级', '不明') || '。' as figure_words,
        nullif(
            concat_ws(
                '、',
                case when tiers.l80 < constants.t1_min_l80 then '谨慎下限未达 ' || constants.t1_min_l80 end,
                case
                    when coalesce(tiers.trl, 0) < constants.t1_min_trl then '成熟度未达 ' || constants.t1_min_trl || ' 级'
                end,
                case when not tiers.has_t1_intent then '单位未表示愿意许可或转让' end
            ),
            ''
        ) as missing_for_t1,
        constants.min_evaluators,
        constants.t1_min_l80,
        constants.t1_min_trl,
        constants.t2_min_theta,
        constants.t2_min_trl,
        constants.t3_min_theta,
        constants.t3_max_trl
    from tiers
    inner join periods on tiers.period = periods.period
    inner join constants on tiers.period = constants.period
    left join tiers as last_month
        on
            periods.previous_period = last_month.period
            and tiers.patent_no = last_month.patent_no
    left join voices
        on
            tiers.period = voices.period
            and tiers.patent_no = voices.patent_no
),

reasoned as (
    select
        *,
        case raw_tier
            when 'T0' then '独立评价主体不足 ' || min_evaluators || ' 家'
            when 'T1'
                then
                    '谨慎下限达到 ' || t1_min_l80 || '、成熟度达到 ' || t1_min_trl || ' 级、单位愿意许可或转让'
            when 'T2'
                then
                    '前景估计达到 ' || t2_min_theta || '、成熟度达到 ' || t2_min_trl || ' 级，但' || missing_for_t1
            when 'T3'
                then
                    '前景估计达到 ' || t3_min_theta || '，但'
                    || case when trl is null then '成熟度不明' else '成熟度不高于 ' || t3_max_trl || ' 级' end
            else
                case
                    when theta < least(t2_min_theta, t3_min_theta)
                        then '前景估计未达 ' || least(t2_min_theta, t3_min_theta)
                    else '前景估计与成熟度不符合任何一级'
                end
        end
        || '，当月列' || {{ tier_words('raw_tier') }} || '。' as reason_words,
        case
            when tier != raw_tier and raw_tier = 'T0'
                then '上月凭评价列' || {{ tier_words('previous_raw_tier') }} || '，本月评价不足，暂按上月列。'
            when tier != raw_tier
                then
                    '上月的依据列' || {{ tier_words('previous_raw_tier') }} || '；下调须连续两个月确认，本月仍列'
                    || {{ tier_words('tier') }} || '。'
            when previous_tier is null then ''
            when tier = previous_tier then '与上月相同。'
            when previous_tier = 'T0' then '上月待评价。'
            when tier < previous_tier then '较上月的' || {{ tier_words('previous_tier') }} || '上调，当月生效。'
            else '上月的' || {{ tier_words('previous_tier') }} || '经连续两个月确认下调。'
        end as history_words
    from worded
),

final as (
    select
        period,
        patent_no,
        previous_tier,
        previous_raw_tier,
        tier != raw_tier as is_tier_held,
        evidence_words || leniency_words || figure_words || reason_words || history_words as tier_explanation
    from reasoned
)

select * from final
