-- Grain: One row per period and institution, with its stock and what of it is inventoried.
{% set stock = "patents.is_stock" %}
{% set inventoried = stock ~ " and patents.is_inventoried" %}
{% set arrived = inventoried ~ " and patents.inventoried_in = patents.period" %}
{% set counts = {
    'stock_patent_count': stock,
    'stock_patent_count_latest': "patents.is_stock_latest",
    'stock_real_patent_count': stock ~ " and patents.is_real",
    'inventoried_patent_count': inventoried,
    'inventoried_real_patent_count': inventoried ~ " and patents.is_inventory_real",
    'arrived_baseline_patent_count': arrived ~ " and patents.cohort = 'baseline'",
    'arrived_increment_patent_count': arrived ~ " and patents.cohort = 'increment'",
    'recent_patent_count': inventoried ~ " and recent_months.period is not null",
} %}

with
institutions as (
    select * from {{ ref('int_institutions_located') }}
),

periods as (
    select * from {{ ref('int_periods') }}
),

patents as (
    select * from {{ ref('int_stock_patents') }}
),

intake as (
    select
        period,
        sender_id,
        count(*) as submission_count,
        sum(row_count) as accepted_row_count,
        sum(quarantined_count) as returned_row_count
    from {{ ref('stg_lake__loads') }}
    where
        source = 'inventories'
        and load_period = period
    group by period, sender_id
),

counted as (
    select
        patents.period,
        patents.institution_id,
        {{ counted_conditions(counts) }}
    from patents
    left join periods as recent_months
        on
            patents.inventoried_in = recent_months.period
            and recent_months.months_back < {{ coverage_constants().arrival_months }}
    group by patents.period, patents.institution_id
),

final as (
    select
        institutions.period,
        institutions.institution_id,
        {{ columns_or_zero('counted', counts) }},
        {{ columns_or_zero('intake', ['submission_count', 'accepted_row_count', 'returned_row_count']) }}
    from institutions
    left join counted
        on
            institutions.period = counted.period
            and institutions.institution_id = counted.institution_id
    left join intake
        on
            institutions.period = intake.period
            and institutions.institution_id = intake.sender_id
)

select * from final
