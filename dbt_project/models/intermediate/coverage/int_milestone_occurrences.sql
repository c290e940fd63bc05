-- Grain: One row per measure, province or nation, kind and occurrence of what is counted: its number by the days.
-- An occurrence is a filing or one of what it counts, a roadshow, a patent that one showed, a batch published, a month's
-- push, a need, or a rate of the nation that has risen.
with
periods as (
    select * from {{ ref('int_periods') }}
    where months_back = 0
),

counts as (
    select
        item_kind,
        max(item_count) as owed_count
    from {{ ref('milestone_counts') }}
    group by item_kind
),

filings as (
    select * from {{ ref('int_filings_made') }}
    where filer_kind = 'province'
),

roadshows as (
    select * from {{ ref('int_activities_shown') }}
    where activity_kind = 'roadshow'
),

listings as (
    select * from {{ ref('int_listings_judged') }}
),

pushes as (
    select * from {{ ref('stg_dispatches__pushes') }}
),

needs as (
    select * from {{ ref('stg_needs__needs') }}
),

enterprises as (
    select * from {{ ref('stg_enterprises__enterprises') }}
),

rates as (
    select * from {{ ref('int_national_rates_compared') }}
),

-- What is named counts once, on the day of its first filing; more than is owed is not looked at.
filed as (
    select
        filings.period,
        filings.province_code,
        filings.filing_kind,
        case
            when filings.filed_count is null then coalesce(filings.subject_name, filings.sender_id || '/' || filings.filing_no)
            else filings.sender_id || '/' || filings.filing_no
        end as item_name,
        min(filings.filed_on) as filed_on,
        max(least(coalesce(filings.filed_count, 1), counts.owed_count)) as filed_count,
        bool_and(filings.data_origin = 'real') as is_real
    from filings
    inner join counts on filings.filing_kind = counts.item_kind
    group by filings.period, filings.province_code, filings.filing_kind, item_name
),

occurred as (
    select
        period,
        'filed' as measure,
        province_code as bearer_code,
        filing_kind as item_kind,
        item_name,
        {{ explode_count('filed_count', 'part') }},
        filed_on as occurred_on,
        is_real
    from filed
    union all
    select
        period,
        'activities' as measure,
        province_code as bearer_code,
        'event' as item_kind,
        sender_id || '/' || activity_no as item_name,
        1 as part,
        min(held_on) as occurred_on,
        bool_and(data_origin = 'real') as is_real
    from roadshows
    group by period, province_code, sender_id, activity_no
    union all
    select
        period,
        'activities' as measure,
        province_code as bearer_code,
        'patent' as item_kind,
        patent_no as item_name,
        1 as part,
        min(held_on) as occurred_on,
        bool_and(data_origin = 'real') as is_real
    from roadshows
    where is_patent_known
    group by period, province_code, patent_no
    union all
    select
        period,
        'published' as measure,
        province_code as bearer_code,
        'batch' as item_kind,
        sender_id || '/' || coalesce(release_batch_no, cast(released_on as varchar)) as item_name,
        1 as part,
        min(released_on) as occurred_on,
        bool_and(data_origin = 'real') as is_real
    from listings
    where
        released_on is not null
        and province_code is not null
    group by period, province_code, item_name
    union all
    select
        pushes.period,
        'pushed' as measure,
        enterprises.province_code as bearer_code,
        'push' as item_kind,
        pushes.pushed_in as item_name,
        1 as part,
        {{ month_end_of('pushes.pushed_in') }} as occurred_on,
        bool_and(pushes.data_origin = 'real') as is_real
    from pushes
    inner join enterprises
        on
            pushes.period = enterprises.period
            and pushes.enterprise_id = enterprises.enterprise_id
    group by pushes.period, enterprises.province_code, pushes.pushed_in
    union all
    select
        needs.period,
        'answered_rate' as measure,
        enterprises.province_code as bearer_code,
        'need' as item_kind,
        needs.need_id as item_name,
        1 as part,
        needs.stated_on as occurred_on,
        needs.data_origin = 'real' as is_real
    from needs
    inner join enterprises
        on
            needs.period = enterprises.period
            and needs.enterprise_id = enterprises.enterprise_id
    union all
    select
        period,
        'rates_risen' as measure,
        'CN' as bearer_code,
        statistic_id as item_kind,
        quarter as item_name,
        1 as part,
        quarter_end as occurred_on,
        is_real
    from rates
    where is_risen
),

final as (
    select
        occurred.period,
        occurred.measure,
        occurred.bearer_code || ':' || occurred.item_kind || ':' || row_number() over (
            partition by occurred.period, occurred.measure, occurred.bearer_code, occurred.item_kind
            order by occurred.occurred_on, occurred.item_name, occurred.part
        ) as item_id,
        occurred.occurred_on as item_done_on,
        occurred.is_real
    from occurred
    inner join periods
        on
            occurred.period = periods.period
            and occurred.occurred_on <= periods.month_end
)

select * from final
