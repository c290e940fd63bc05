-- Grain: One row per patent of the base library in force at the month's end.
with
costed as (
    select * from {{ ref('int_patents_costed') }}
),

advised as (
    select * from {{ ref('int_patents_advised') }}
),

patents as (
    select * from {{ ref('dim_patents') }}
),

stages as (
    select * from {{ ref('fct_conversion_stages') }}
),

tiers as (
    select * from {{ ref('fct_tiers') }}
),

entries as (
    select * from {{ ref('fct_inventory_entries') }}
),

final as (
    select
        costed.period,
        costed.patent_no,
        patents.title,
        patents.patent_type,
        patents.institution_id,
        patents.institution_name,
        patents.province_code,
        patents.city_code,
        patents.field_no,
        patents.field_name,
        patents.filing_date,
        patents.expiry_date,
        costed.next_fee_year,
        costed.next_fee_due_on,
        costed.next_fee_yuan,
        costed.cost_of_next_year_yuan,
        costed.cost_to_expiry_yuan,
        costed.late_fee_due_on,
        costed.late_fee_yuan,
        costed.late_surcharge_yuan,
        advised.prospect_level,
        advised.implementation_status,
        advised.tier,
        advised.conversion_stage,
        advised.fee_advice,
        advised.fee_advice_reason,
        patents.data_origin,
        {{ merge_lists([
            'patents.simulated_fields',
            "case when stages.simulated_fields like '%conversion_stage%' then 'conversion_stage' end",
            "case when tiers.simulated_fields like '%tier%' then 'tier' end",
            "case when entries.data_origin = 'simulated' and patents.data_origin = 'real'"
            ~ " then 'implementation_status|prospect_level' end",
            "case when patents.data_origin = 'real' and (entries.data_origin = 'simulated'"
            ~ " or tiers.simulated_fields like '%tier%' or stages.simulated_fields like '%conversion_stage%')"
            ~ " then 'fee_advice|fee_advice_reason' end",
        ]) }} as simulated_fields
    from costed
    inner join advised on costed.patent_no = advised.patent_no
    inner join patents on costed.patent_no = patents.patent_no
    left join stages on costed.patent_no = stages.patent_no
    left join tiers on costed.patent_no = tiers.patent_no
    left join entries on costed.patent_no = entries.patent_no
)

select * from final
