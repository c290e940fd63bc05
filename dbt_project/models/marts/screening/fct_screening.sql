-- Grain: One row per patent of the base library in the period.
with
screened as (
    select * from {{ ref('int_patents_screened') }}
    where period = '{{ var("period") }}'
),

flagged as (
    select * from {{ ref('int_patents_flagged') }}
    where period = '{{ var("period") }}'
),

patents as (
    select * from {{ ref('dim_patents') }}
),

entries as (
    select * from {{ ref('fct_inventory_entries') }}
),

final as (
    select
        screened.period,
        screened.patent_no,
        patents.title,
        patents.patent_type,
        patents.institution_id,
        patents.institution_name,
        patents.province_code,
        patents.city_code,
        patents.cohort,
        patents.field_no,
        patents.field_name,
        patents.sei_code,
        patents.sei_name,
        patents.is_priority,
        patents.priority_rank,
        patents.priority_ground,
        patents.is_in_force,
        screened.is_inventoried,
        screened.disposition,
        screened.form1_category,
        screened.relicensable,
        flagged.is_licensed,
        flagged.is_transferred,
        flagged.is_abandoning,
        flagged.is_enterprise_co_owned,
        flagged.is_disputed,
        screened.reasons,
        screened.next_step,
        patents.data_origin,
        {{ merge_lists([
            'patents.simulated_fields',
            "case when entries.data_origin = 'simulated' then " ~ screening_columns_of_entry() ~ " end",
            "case when entries.data_origin = 'simulated' and entries.is_enterprise_co_owned"
            ~ " and not patents.has_enterprise_co_owner then 'is_enterprise_co_owned' end",
        ]) }} as simulated_fields
    from screened
    inner join flagged on screened.patent_no = flagged.patent_no
    inner join patents on screened.patent_no = patents.patent_no
    left join entries on screened.patent_no = entries.patent_no
)

select * from final
