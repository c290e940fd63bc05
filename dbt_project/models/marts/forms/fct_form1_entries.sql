-- Grain: One row per patent of Form 1 in the period, numbered within its institution.
with
screened as (
    select * from {{ ref('fct_screening') }}
    where disposition = 'form_1'
),

categorised as (
    select * from {{ ref('int_patents_categorised') }}
    where period = '{{ var("period") }}'
),

co_owned as (
    select * from {{ ref('int_patents_co_owned') }}
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
        row_number() over (
            partition by screened.institution_id
            order by categorised.category_precedence, screened.patent_no
        ) as entry_no,
        screened.title,
        screened.patent_type,
        patents.filing_date,
        patents.grant_date,
        patents.owners,
        co_owned.co_owner_enterprises,
        co_owned.co_owner_institutions,
        screened.institution_id,
        screened.institution_name,
        screened.province_code,
        patents.province_name,
        screened.city_code,
        patents.city_name,
        screened.cohort,
        screened.field_no,
        screened.field_name,
        screened.form1_category,
        screened.is_disputed,
        screened.is_abandoning,
        screened.is_transferred,
        screened.is_licensed,
        screened.is_enterprise_co_owned,
        entries.license_kind,
        screened.relicensable,
        entries.implementation_status,
        entries.implementation_date,
        entries.implementation_evidence,
        screened.data_origin,
        {{ merge_lists([
            'screened.simulated_fields',
            "case when entries.data_origin = 'simulated' then " ~ form_columns_of_entry() ~ " end",
        ]) }} as simulated_fields
    from screened
    inner join categorised on screened.patent_no = categorised.patent_no
    inner join co_owned on screened.patent_no = co_owned.patent_no
    inner join patents on screened.patent_no = patents.patent_no
    left join entries on screened.patent_no = entries.patent_no
)

select * from final
