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

occurrences as (
    select * from {{ ref('int_milestone_occurrences') }}
),

listings as (
    select * from {{ ref('int_listings_judged') }}
),

tiers as (
    select * from {{ ref('int_tiers_held') }}
    where tier != 'T0'
),

stages as (
    select * from {{ ref('int_conversion_stages') }}
),

counts as (
    select * from {{ ref('milestone_counts') }}
),

told as (
    select * from {{ ref('int_milestone_items_told') }}
),

evaluated as (
    select
        counted_evaluations.period,
        counted_evaluations.patent_no,
        min(evaluations.evaluated_on) as evaluated_on,
        bool_and(evaluations.data_origin = 'real') as is_real
    from counted_evaluations
    inner join evaluations
        on
            counted_evaluations.period = evaluations.period
            and counted_evaluations.patent_no = evaluations.patent_no
            and counted_evaluations.enterprise_id = evaluations.enterprise_id
    group by counted_evaluations.period, counted_evaluations.patent_no
),

done_items as (
    select
        period,
        measure,
        item_id,
        item_done_on,
        is_real
    from occurrences
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
        period,
        'evaluation_rate' as measure,
        patent_no as item_id,
        evaluated_on as item_done_on,
        is_real
    from evaluated
    union all
    select
        evaluated.period,
        'graded_rate' as measure,
        evaluated.patent_no as item_id,
        evaluated.evaluated_on as item_done_on,
        evaluated.is_real
    from evaluated
    inner join tiers
        on
            evaluated.period = tiers.period
            and evaluated.patent_no = tiers.patent_no
    inner join stages
        on
            evaluated.period = stages.period
            and evaluated.patent_no = stages.patent_no
    union all
    select
        period,
        'listed_rate' as measure,
        patent_no as item_id,
        min(listed_on) as item_done_on,
        bool_and(data_origin = 'real') as is_real
    from listings
    group by period, patent_no
),

settled as (
    select
        items.period,
        items.milestone_id,
        items.scope_code,
        items.required_rate,
        items.item_kind,
        items.item_id,
        done_items.item_done_on,
        done_items.is_real
    from items
    inner join milestones on items.milestone_id = milestones.milestone_id
    left join done_items
        on
            items.period = done_items.period
            and items.item_id = done_items.item_id
            and milestones.measure = done_items.measure
    union all
    select
        period,
        milestone_id,
        scope_code,
        required_rate,
        item_kind,
        item_id,
        item_done_on,
        is_real
    from told
),

asked as (
    select distinct
        milestone_id,
        scope_code
    from told
),

-- A need alone is no answer: where nothing was pushed nothing is owed.
owed as (
    select settled.*
    from settled
    inner join milestones on settled.milestone_id = milestones.milestone_id
    left join asked
        on
            settled.milestone_id = asked.milestone_id
            and settled.scope_code = asked.scope_code
    where
        milestones.measure != 'answered_rate'
        or asked.milestone_id is not null
),

kinds as (
    select
        owed.milestone_id,
        owed.scope_code,
        owed.item_kind,
        any_value(counts.item_label) || ' ' || count(owed.item_done_on) || '/' || count(*) as kind_text
    from owed
    inner join counts
        on
            owed.milestone_id = counts.milestone_id
            and owed.item_kind = counts.item_kind
    group by owed.milestone_id, owed.scope_code, owed.item_kind
),

kinds_told as (
    select
        milestone_id,
        scope_code,
        {{ dbt.listagg('kind_text', "'，'", 'order by item_kind') }} as items_text
    from kinds
    group by milestone_id, scope_code
),

placed as (
    select
        *,
        row_number() over (
            partition by milestone_id, scope_code order by item_done_on is null, item_done_on, item_id
        ) as place,
        count(*) over (partition by milestone_id, scope_code) as total_count
    from owed
),

summed as (
    select
        period,
        milestone_id,
        scope_code,
        max(total_count) as total_count,
        cast(ceil(max(required_rate) * max(total_count)) as bigint) as required_count,
        count(item_done_on) as progress_count,
        max(case when place = ceil(required_rate * total_count) then item_done_on end) as done_on,
        sum(case when item_done_on >= {{ arrivals_from() }} then 1 else 0 end) as recent_count,
        bool_and(coalesce(is_real, false) or item_done_on is null) as is_real
    from placed
    group by period, milestone_id, scope_code
),

final as (
    select
        summed.*,
        kinds_told.items_text
    from summed
    left join kinds_told
        on
            summed.milestone_id = kinds_told.milestone_id
            and summed.scope_code = kinds_told.scope_code
)

select * from final
