-- Grain: One row per duty, unit that bears it and item that it owes of what the register holds or of what is counted.
-- An item is a patent, an institution's forms, or one of so many filings, roadshows, batches and the like.
with
periods as (
    select * from {{ ref('int_periods') }}
    where months_back = 0
),

counts as (
    select * from {{ ref('milestone_counts') }}
),

milestones as (
    select
        milestones.milestone_id,
        milestones.measure,
        milestones.due_date,
        milestones.unit_kind,
        milestones.province_codes,
        rates.ip_university_role,
        rates.required_rate
    from {{ ref('milestones') }} as milestones
    inner join {{ ref('milestone_rates') }} as rates on milestones.milestone_id = rates.milestone_id
),

institutions as (
    select
        institutions.*,
        periods.month_end,
        coalesce(institutions.ip_university_role, 'other') as coverage_role
    from {{ ref('int_institutions_located') }} as institutions
    inner join periods on institutions.period = periods.period
),

patents as (
    select * from {{ ref('int_stock_patents') }}
    where is_stock
),

screened as (
    select * from {{ ref('int_patents_screened') }}
    where disposition = 'form_2'
),

-- What was granted after the due date is not owed by it.
inventory_units as (
    select
        institutions.period,
        milestones.milestone_id,
        milestones.required_rate,
        institutions.institution_id as scope_code,
        patents.patent_no as item_id
    from milestones
    inner join institutions on milestones.ip_university_role = institutions.coverage_role
    inner join patents
        on
            institutions.period = patents.period
            and institutions.institution_id = patents.institution_id
            and (milestones.due_date >= institutions.month_end or milestones.due_date >= patents.grant_date)
    where
        milestones.measure = 'inventory_rate'
        and milestones.province_codes in ('all', institutions.province_code)
),

stock_holders as (
    select distinct
        milestones.milestone_id,
        milestones.measure,
        milestones.required_rate,
        institutions.period,
        institutions.institution_id,
        institutions.city_code
    from milestones
    inner join institutions on milestones.ip_university_role = institutions.coverage_role
    inner join patents
        on
            institutions.period = patents.period
            and institutions.institution_id = patents.institution_id
    where milestones.province_codes in ('all', institutions.province_code)
),

-- A patent granted after the due date need not be registered by it.
form_2_units as (
    select distinct
        institutions.period,
        milestones.milestone_id,
        milestones.required_rate,
        institutions.province_code as scope_code,
        screened.patent_no as item_id
    from milestones
    inner join institutions on milestones.ip_university_role = institutions.coverage_role
    inner join patents
        on
            institutions.period = patents.period
            and institutions.institution_id = patents.institution_id
    inner join screened
        on
            patents.period = screened.period
            and patents.patent_no = screened.patent_no
    where
        milestones.measure in ('evaluation_rate', 'graded_rate', 'listed_rate')
        and (milestones.measure != 'listed_rate' or patents.grant_date <= milestones.due_date)
        and milestones.province_codes in ('all', institutions.province_code)
),

demands as (
    select distinct
        milestones.milestone_id,
        milestones.measure,
        milestones.unit_kind,
        milestones.province_codes,
        milestones.required_rate,
        counts.item_kind,
        {{ explode_count('counts.item_count', 'item_number') }}
    from milestones
    inner join counts on milestones.milestone_id = counts.milestone_id
),

-- Rates are the nation's own; what else is counted is owed by every province that has institutions.
bearers as (
    select distinct
        period,
        province_code as bearer_code,
        false as is_nation
    from institutions
    union all
    select
        period,
        'CN' as bearer_code,
        true as is_nation
    from periods
),

counted_units as (
    select
        bearers.period,
        demands.milestone_id,
        demands.required_rate,
        case when demands.unit_kind = 'national' then 'CN' else bearers.bearer_code end as scope_code,
        demands.item_kind,
        bearers.bearer_code || ':' || demands.item_kind || ':' || demands.item_number as item_id
    from demands
    inner join bearers
        on
            demands.province_codes in ('all', bearers.bearer_code)
            and (demands.measure = 'rates_risen') = bearers.is_nation
),

final as (
    select
        period,
        milestone_id,
        required_rate,
        scope_code,
        'patent' as item_kind,
        item_id
    from inventory_units
    union all
    select
        period,
        milestone_id,
        required_rate,
        scope_code,
        item_kind,
        item_id
    from counted_units
    union all
    select
        period,
        milestone_id,
        required_rate,
        case when measure = 'city_ledger' then city_code else institution_id end as scope_code,
        'forms' as item_kind,
        institution_id as item_id
    from stock_holders
    where measure in ('forms_received', 'city_ledger')
    union all
    select
        period,
        milestone_id,
        required_rate,
        scope_code,
        'patent' as item_kind,
        item_id
    from form_2_units
)

select * from final
