-- Grain: One row per matter that the consultation of the quarter has to talk about, measured from what the quarter tells.
-- A suppressed scope is not named, and no suppressed stratum: a matter would tell of single patents. Where many
-- institutions bear one duty, their province has one matter. An error rate is a matter of its quarter and of the next.
with
quarters as (
    select
        *,
        {{ dbt.last_day(dbt.dateadd('month', 3, 'quarter_end'), 'month') }} as next_quarter_end
    from {{ ref('int_quarters') }}
    where is_current
),

inspected_quarters as (
    select * from {{ ref('int_quarters') }}
),

milestones as (
    select * from {{ ref('int_milestones_judged') }}
    where
        period = '{{ var("period") }}'
        and milestone_status in ('late', 'at_risk', 'open')
),

sources as (
    select * from {{ ref('fct_quarter_sources') }}
    where
        not is_received
        and source_arrival != 'as_reported'
),

comparisons as (
    select * from {{ ref('fct_statistics_comparisons') }}
    where
        scope_kind in ('national', 'province', 'city')
        and is_significant
        and rate_difference < 0
        and not is_suppressed
),

rates as (
    select * from {{ ref('fct_inspection_rates') }}
),

restatements as (
    select * from {{ ref('fct_restatements') }}
    where scope_kind = 'national'
),

agreed_items as (
    select * from {{ ref('fct_agreed_items') }}
    where agreed_standing in ('open', 'overdue')
),

suppressed as (
    select * from {{ ref('fct_suppressed_scopes') }}
),

due as (
    select
        case when milestones.due_date <= quarters.quarter_end then 'milestone_missed' else 'milestone_due' end
            as matter_kind,
        case when milestones.scope_kind = 'institution' then 'province' else milestones.scope_kind end as scope_kind,
        case when milestones.scope_kind = 'institution' then milestones.province_code else milestones.scope_code end
            as scope_code,
        milestones.milestone_id as matter_item,
        milestones.scope_kind = 'institution' as is_of_institutions,
        milestones.scope_code as bearer_code,
        milestones.scope_name as bearer_name,
        milestones.milestone_title,
        milestones.clause,
        milestones.responsible,
        milestones.due_date,
        milestones.data_origin
    from milestones
    inner join quarters on milestones.due_date <= quarters.next_quarter_end
),

provinces as (
    select distinct
        province_code,
        province_name
    from {{ ref('int_institutions_located') }}
    where period = '{{ var("period") }}'
),

milestone_matters as (
    select
        due.matter_kind,
        due.scope_kind,
        due.scope_code,
        case when due.is_of_institutions then max(provinces.province_name) else max(due.bearer_name) end as scope_name,
        due.matter_item,
        due.milestone_title || '（' || due.clause || '），'
        || case when due.is_of_institutions then '有 ' || count(due.bearer_code) || ' 家单位' else '' end
        || case when due.matter_kind = 'milestone_missed' then '逾期未完成' else '尚未完成' end as evidence,
        due.responsible,
        due.due_date,
        case when bool_and(due.data_origin = 'real') then 'real' else 'simulated' end as data_origin
    from due
    left join provinces on due.scope_code = provinces.province_code
    group by
        due.matter_kind,
        due.scope_kind,
        due.scope_code,
        due.matter_item,
        due.is_of_institutions,
        due.milestone_title,
        due.clause,
        due.responsible,
        due.due_date
),

source_matters as (
    select
        'source_missing' as matter_kind,
        'national' as scope_kind,
        'CN' as scope_code,
        '全国' as scope_name,
        load_period || '/' || statistic_source as matter_item,
        load_period || ' 的“' || {{ label_of('statistic_source', 'statistic_source') }} || '”没有收到（'
        || {{ label_of('source_arrival', 'source_arrival') }} || '）' as evidence,
        cast(null as varchar) as responsible,
        cast(null as date) as due_date,
        'real' as data_origin
    from sources
),

-- Who administers a place answers for its figures: N 二(一)1, A 二(一)3.
fallen_matters as (
    select
        'statistic_fell' as matter_kind,
        scope_kind,
        scope_code,
        scope_name,
        statistic_id || '/' || comparison_kind as matter_item,
        {{ label_of('statistic_id', 'statistic_id') }} || {{ label_of('comparison_kind', 'comparison_kind') }}
        || '：比率由 ' || earlier_quarter || ' 的 ' || {{ figure_text('100 * earlier_rate', 2) }} || '%（'
        || earlier_numerator_count || '/' || earlier_denominator_count || '）降至 '
        || {{ figure_text('100 * rate', 2) }} || '%（' || numerator_count || '/' || denominator_count || '），差异显著'
            as evidence,
        case when scope_kind = 'national' then '国家知识产权局' else scope_name || '知识产权管理部门' end as responsible,
        cast(null as date) as due_date,
        data_origin
    from comparisons
),

error_matters as (
    select
        'error_rate_high' as matter_kind,
        'national' as scope_kind,
        'CN' as scope_code,
        '全国' as scope_name,
        rates.inspected_quarter || '/' || rates.inspection_stratum as matter_item,
        rates.inspected_quarter || ' 抽查“' || rates.stratum_name || '”：已抽查 '
        || rates.inspected_count || ' 件，不符 ' || rates.wrong_count || ' 件，差错率 '
        || {{ figure_text('100 * rates.error_rate', 2) }} || '%，下限 '
        || {{ figure_text('100 * rates.error_rate_low', 2) }} || '% 高于容许的 '
        || {{ figure_text(100 * inspection_constants().tolerated_error_rate, 2) }} || '%' as evidence,
        cast(null as varchar) as responsible,
        cast(null as date) as due_date,
        rates.data_origin
    from rates
    inner join inspected_quarters on rates.inspected_quarter = inspected_quarters.quarter
    inner join quarters on {{ dbt.dateadd('day', 1, 'inspected_quarters.quarter_end') }} >= quarters.quarter_start
    where
        rates.error_rate_low > {{ inspection_constants().tolerated_error_rate }}
        and not rates.is_suppressed
),

awaiting_matters as (
    select
        'results_awaited' as matter_kind,
        'national' as scope_kind,
        'CN' as scope_code,
        '全国' as scope_name,
        inspected_quarter as matter_item,
        inspected_quarter || ' 抽查样本 ' || sample_size || ' 件，待抽查 ' || awaiting_count || ' 件'
        || case when is_inspection_overdue then '，已逾期' else '' end as evidence,
        cast(null as varchar) as responsible,
        {{ shanghai_date('results_due_at') }} as due_date,
        data_origin
    from rates
    where
        inspection_stratum = 'all'
        and not is_inspection_complete
),

restated_matters as (
    select
        'figure_restated' as matter_kind,
        scope_kind,
        scope_code,
        '全国' as scope_name,
        effect_quarter || '/' || statistic_id || '/' || restatement_cause as matter_item,
        effect_quarter || ' ' || {{ label_of('statistic_id', 'statistic_id') }} || '（'
        || {{ label_of('restatement_cause', 'restatement_cause') }} || '）：分子 '
        || coalesce(cast(old_numerator_count as varchar), '—') || '→'
        || coalesce(cast(new_numerator_count as varchar), '—') || ' 件，分母 '
        || coalesce(cast(old_denominator_count as varchar), '—') || '→'
        || coalesce(cast(new_denominator_count as varchar), '—') || ' 件' as evidence,
        cast(null as varchar) as responsible,
        cast(null as date) as due_date,
        data_origin
    from restatements
),

agreed_matters as (
    select
        'agreed_open' as matter_kind,
        'national' as scope_kind,
        'CN' as scope_code,
        '全国' as scope_name,
        consulted_quarter || '/' || agreed_no as matter_item,
        consulted_quarter || ' 会商（' || consulted_on || '）议定：' || agreed_text || '（'
        || {{ label_of('agreed_standing', 'agreed_standing') }} || '）' as evidence,
        responsible_unit as responsible,
        agreed_due_on as due_date,
        data_origin
    from agreed_items
),

matters as (
    select * from agreed_matters
    union all
    select * from milestone_matters
    union all
    select * from source_matters
    union all
    select * from fallen_matters
    union all
    select * from error_matters
    union all
    select * from awaiting_matters
    union all
    select * from restated_matters
),

final as (
    select
        '{{ var("period") }}' as period,
        quarters.quarter,
        matters.matter_kind,
        matters.scope_kind,
        matters.scope_code,
        matters.scope_name,
        matters.matter_item,
        matters.evidence,
        matters.responsible,
        matters.due_date,
        matters.data_origin
    from matters
    cross join quarters
    left join suppressed
        on
            matters.scope_kind = suppressed.scope_kind
            and matters.scope_code = suppressed.scope_code
    where suppressed.scope_code is null
)

select * from final
