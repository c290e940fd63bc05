-- Grain: One row per measured duty and unit that bears it in the period, with what is done and since when.
-- A duty is done on the day on which as many items were done as it demands.
with
items as (
    select * from {{ ref('int_milestone_items') }}
),

milestones as (
    select * from {{ ref('milestones') }}
),

patents as (
    select * from {{ ref('int_stock_patents') }}
),

evaluations as (
    select * from {{ ref('stg_evaluations__evaluations') }}
),

counted_evaluations as (
    select * from {{ ref('int_evaluations_counted') }}
    where uncounted_reason is null
),

filings as (
    select * from {{ ref('int_filings_made') }}
    where filer_kind = 'province'
),

roadshows as (
    select * from {{ ref('int_activities_shown') }}
    where activity_kind = 'roadshow'
),

-- What a province has filed or held, each kind numbered by its days.
happened as (
    select
        period,
        'filed' as measure,
        province_code,
        filing_kind as item_kind,
        sender_id || '/' || filing_no as item_name,
        filed_on as happened_on,
        data_origin = 'real' as is_real
    from filings
    union all
    select
        period,
        'activities' as measure,
        province_code,
        'event' as item_kind,
        sender_id || '/' || activity_no as item_name,
        min(held_on) as happened_on,
        bool_and(data_origin = 'real') as is_real
    from roadshows
    group by period, province_code, sender_id, activity_no
    union all
    select
        period,
        'activities' as measure,
        province_code,
        'patent' as item_kind,
        patent_no as item_name,
        min(held_on) as happened_on,
        bool_and(data_origin = 'real') as is_real
    from roadshows
    where is_patent_known
    group by period, province_code, patent_no
),

done_items as (
    select
        period,
        measure,
        province_code || ':' || item_kind || ':' || row_number() over (
            partition by period, measure, province_code, item_kind order by happened_on, item_name
        ) as item_id,
        happened_on as item_done_on,
        is_real
    from happened
    union all
    select
        period,
        'inventory_rate' as measure,
        patent_no as item_id,
        inventoried_on as item_done_on,
        is_inventory_real as is_real
    from patents
    where is_inventoried
    union all
    select
        patents.period,
        measures.measure,
        patents.institution_id as item_id,
        min(patents.inventoried_on) as item_done_on,
        bool_and(patents.is_inventory_real) as is_real
    from patents
    cross join (values ('forms_received'), ('city_ledger')) as measures (measure)
    where patents.is_inventoried
    group by patents.period, measures.measure, patents.institution_id
    union all
    select
        counted_evaluations.period,
        'evaluation_rate' as measure,
        counted_evaluations.patent_no as item_id,
        min(evaluations.evaluated_on) as item_done_on,
        bool_and(evaluations.data_origin = 'real') as is_real
    from counted_evaluations
    inner join evaluations
        on
            counted_evaluations.period = evaluations.period
            and counted_evaluations.patent_no = evaluations.patent_no
            and counted_evaluations.enterprise_id = evaluations.enterprise_id
    group by counted_evaluations.period, counted_evaluations.patent_no
),

joined as (
    select
        items.period,
        items.milestone_id,
        items.scope_code,
        items.required_rate,
        done_items.item_done_on,
        coalesce(done_items.is_real, false) as is_real,
        row_number() over (
            partition by items.milestone_id, items.scope_code
            order by done_items.item_done_on is null, done_items.item_done_on, items.item_id
        ) as place,
        count(*) over (partition by items.milestone_id, items.scope_code) as total_count
    from items
    inner join milestones on items.milestone_id = milestones.milestone_id
    left join done_items
        on
            items.period = done_items.period
            and items.item_id = done_items.item_id
            and milestones.measure = done_items.measure
),

final as (
    select
        period,
        milestone_id,
        scope_code,
        max(total_count) as total_count,
        cast(ceil(max(required_rate) * max(total_count)) as bigint) as required_count,
        count(item_done_on) as progress_count,
        max(case when place = ceil(required_rate * total_count) then item_done_on end) as done_on,
        sum(case when item_done_on >= {{ arrivals_from() }} then 1 else 0 end) as recent_count,
        bool_and(is_real or item_done_on is null) as is_real
    from joined
    group by period, milestone_id, scope_code
)

select * from final
