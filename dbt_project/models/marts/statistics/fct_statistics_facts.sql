-- Grain: One row per statistic and event that is known by the period, with the quarter it counts in, or why in none.
-- An event counts in the first quarter that had it by its freeze; `effect_quarter` is the one in which it took effect.
with
deals as (
    select * from {{ ref('fct_deals') }}
    where deal_kind in ('transfer', 'license', 'open_license')
),

products as (
    select * from {{ ref('fct_product_recordals') }}
),

patents as (
    select * from {{ ref('int_patents_originated') }}
),

quarters as (
    select * from {{ ref('int_quarters') }}
),

first_quarter as (
    select min(quarter_start) as quarter_start from quarters
),

current_quarter as (
    select * from quarters
    where is_current
),

-- A deal counts once an authority has registered it, and is learned with the registration.
events as (
    select
        period,
        case deal_kind when 'transfer' then 'transfers' else 'licence_recordals' end as statistic_id,
        deal_id as fact_id,
        patent_no,
        effective_on,
        case when is_registered then registered_learned_at else learned_at end as learned_at,
        is_registered,
        case when not is_genuine then coalesce(not_genuine_reason, deal_review_reason) end as not_genuine_reason,
        data_origin
    from deals
    where effective_on is not null
    union all
    select
        period,
        'product_recordals' as statistic_id,
        product_recordal_no as fact_id,
        patent_no,
        recorded_on as effective_on,
        learned_at,
        true as is_registered,
        cast(null as varchar) as not_genuine_reason,
        data_origin
    from products
),

judged as (
    select
        events.*,
        patents.institution_id,
        case
            when events.not_genuine_reason is not null then 'not_genuine'
            when events.effective_on < first_quarter.quarter_start then 'before_first_quarter'
            when patents.institution_id is null then 'no_origin_institution'
            when not events.is_registered then 'not_registered'
        end as exclusion_kind
    from events
    cross join first_quarter
    left join patents on events.patent_no = patents.patent_no
),

counted as (
    select
        judged.statistic_id,
        judged.fact_id,
        judged.patent_no,
        min(quarters.quarter) as counted_quarter
    from judged
    inner join quarters
        on
            judged.effective_on <= quarters.quarter_end
            and case
                when quarters.frozen_at is not null then judged.learned_at <= quarters.frozen_at
                when quarters.is_current then true
                else judged.learned_at < quarters.freezes_at
            end
    where judged.exclusion_kind is null
    group by judged.statistic_id, judged.fact_id, judged.patent_no
),

final as (
    select
        judged.period,
        current_quarter.quarter,
        judged.statistic_id,
        judged.fact_id,
        judged.patent_no,
        judged.institution_id,
        judged.effective_on as event_date,
        judged.learned_at,
        {{ quarter_of('judged.effective_on') }} as effect_quarter,
        counted.counted_quarter,
        judged.exclusion_kind,
        coalesce(judged.not_genuine_reason, judged.exclusion_kind) as detailed_reason,
        judged.data_origin
    from judged
    cross join current_quarter
    left join counted
        on
            judged.statistic_id = counted.statistic_id
            and judged.fact_id = counted.fact_id
            and judged.patent_no = counted.patent_no
    where
        counted.counted_quarter is not null
        or judged.exclusion_kind is not null
)

select * from final
