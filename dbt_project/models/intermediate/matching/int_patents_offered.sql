-- Grain: One row per patent of Form 2 in the period, with why it is pushed to nobody.
-- What is in dispute, secret or about to be given up is no patent of Form 2.
{% set rules = matching_constants() %}
with
tiers as (
    select * from {{ ref('int_tiers_held') }}
    where period = '{{ var("period") }}'
),

patents as (
    select * from {{ ref('int_patents_described') }}
),

prioritised as (
    select * from {{ ref('int_patents_prioritised') }}
),

dated as (
    select
        tiers.period,
        tiers.patent_no,
        patents.institution_id,
        patents.city_code,
        patents.city_name,
        prioritised.ipc_subclass,
        patents.expiry_date,
        tiers.tier,
        {{ month_number_of('tiers.period') }} as this_month,
        {{ month_number('patents.expiry_date') }} as last_month
    from tiers
    inner join patents
        on
            tiers.period = patents.period
            and tiers.patent_no = patents.patent_no
    inner join prioritised
        on
            tiers.period = prioritised.period
            and tiers.patent_no = prioritised.patent_no
),

final as (
    select
        period,
        patent_no,
        institution_id,
        city_code,
        city_name,
        ipc_subclass,
        expiry_date,
        tier,
        case
            when not {{ is_among('tier', rules.pushable_tiers) }} then 'on_hold'
            when last_month - this_month < {{ rules.lapsing_months }} then 'lapsing'
        end as push_barrier
    from dated
)

select * from final
