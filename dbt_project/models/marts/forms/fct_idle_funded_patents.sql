-- Grain: One row per publicly funded patent of the base library in the period.
with
funded as (
    select * from {{ ref('int_patents_funded') }}
    where period = '{{ var("period") }}'
),

patents as (
    select * from {{ ref('dim_patents') }}
),

final as (
    select
        funded.period,
        funded.patent_no,
        patents.title,
        patents.institution_id,
        patents.institution_name,
        patents.province_code,
        patents.province_name,
        patents.city_code,
        patents.city_name,
        funded.is_publicly_funded,
        funded.funding_programme,
        funded.funding_project_name,
        funded.funding_project_no,
        funded.is_base_library,
        funded.is_in_force,
        patents.grant_date,
        funded.idle_threshold_date,
        funded.is_past_idle_threshold,
        funded.implementation_status,
        funded.is_unimplemented,
        funded.idle_reason,
        funded.has_accepted_idle_reason,
        funded.is_idle,
        funded.unmet_criteria,
        patents.data_origin,
        {{ merge_lists([
            'patents.simulated_fields',
            "case when funded.data_origin = 'simulated' then " ~ funding_columns_of_entry() ~ " end",
        ]) }} as simulated_fields
    from funded
    inner join patents on funded.patent_no = patents.patent_no
)

select * from final
