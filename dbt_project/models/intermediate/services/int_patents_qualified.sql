-- Grain: One row per patent of the base library in force at the month's end, with each criterion it meets.
-- Criteria stand in policy/services.yml.
with
periods as (
    select * from {{ ref('int_periods') }}
    where months_back = 0
),

patents as (
    select * from {{ ref('int_patents_described') }}
    where is_base_library and is_in_force
),

screened as (
    select * from {{ ref('int_patents_screened') }}
),

flagged as (
    select * from {{ ref('int_patents_flagged') }}
),

tiers as (
    select * from {{ ref('int_tiers_held') }}
),

stages as (
    select * from {{ ref('int_conversion_stages') }}
),

prioritised as (
    select * from {{ ref('int_patents_prioritised') }}
),

stability as (
    select * from {{ ref('int_stability_judged') }}
),

burdens as (
    select * from {{ ref('int_burdens_standing') }}
),

offers as (
    select * from {{ ref('int_open_licences_offered') }}
),

burdened as (
    select
        period,
        patent_no,
        bool_or(burden = 'preservation') as is_preserved,
        bool_or(burden = 'pledge') as is_pledged,
        bool_or(burden = 'exclusive_licence') as is_licensed_exclusively
    from burdens
    group by period, patent_no
),

used as (
    select
        period,
        patent_no,
        {{ is_stage_of_use('conversion_stage') }} as is_used
    from stages
),

industries as (
    select
        patents.period,
        patents.province_code,
        prioritised.sei_code,
        count(*) as patent_count,
        count(distinct patents.institution_id) as owner_count
    from patents
    inner join prioritised
        on
            patents.period = prioritised.period
            and patents.patent_no = prioritised.patent_no
    where prioritised.sei_code is not null
    group by patents.period, patents.province_code, prioritised.sei_code
),

final as (
    select
        patents.period,
        patents.patent_no,
        not coalesce(flagged.is_disputed, false) and not coalesce(burdened.is_preserved, false) as meets_undisputed,
        not coalesce(flagged.is_abandoning, false) as meets_kept,
        not coalesce(burdened.is_pledged, false) as meets_unpledged,
        not coalesce(flagged.is_licensed and flagged.license_kind in ('exclusive', 'sole'), false)
        and not coalesce(burdened.is_licensed_exclusively, false) as meets_open_to_licence,
        patents.expiry_date
        >= {{ dbt.dateadd('month', service_constants()['pledge_term_months'], 'periods.month_end') }} as meets_term_left,
        coalesce(tiers.tier in ('T1', 'T2'), false) or coalesce(used.is_used, false) as meets_high_value,
        coalesce(used.is_used, false) as meets_in_use,
        coalesce(screened.relicensable, false) as meets_convertible,
        prioritised.sei_code is not null as meets_key_industry,
        coalesce(
            industries.patent_count >= {{ service_constants()['pool_patents'] }}
            and industries.owner_count >= {{ service_constants()['pool_owners'] }},
            false
        ) as meets_enough_for_a_pool,
        coalesce(
            tiers.tier in ('T2', 'T3')
            and tiers.trl between {{ service_constants()['mature_from_trl'] }}
            and {{ service_constants()['mature_to_trl'] }},
            false
        ) as meets_to_improve,
        stability.is_stability_shown as meets_stability_shown,
        patents.patent_type = 'invention'
        or stability.stability_evidence = 'evaluation_report' as meets_evaluation_report_made,
        offers.patent_no is not null as meets_offer_made,
        coalesce(offers.fee_check = 'within', false) as meets_fee_in_bounds,
        coalesce(offers.patent_no is not null and offers.silent_owners is null, false) as meets_owners_consent
    from patents
    inner join periods on patents.period = periods.period
    inner join stability
        on
            patents.period = stability.period
            and patents.patent_no = stability.patent_no
    left join screened
        on
            patents.period = screened.period
            and patents.patent_no = screened.patent_no
    left join flagged
        on
            patents.period = flagged.period
            and patents.patent_no = flagged.patent_no
    left join tiers
        on
            patents.period = tiers.period
            and patents.patent_no = tiers.patent_no
    left join burdened
        on
            patents.period = burdened.period
            and patents.patent_no = burdened.patent_no
    left join used
        on
            patents.period = used.period
            and patents.patent_no = used.patent_no
    left join prioritised
        on
            patents.period = prioritised.period
            and patents.patent_no = prioritised.patent_no
    left join industries
        on
            patents.period = industries.period
            and patents.province_code = industries.province_code
            and prioritised.sei_code = industries.sei_code
    left join offers
        on
            patents.period = offers.period
            and patents.patent_no = offers.patent_no
)

select * from final
