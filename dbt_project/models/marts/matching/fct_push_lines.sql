-- Grain: One row per enterprise and patent pushed to it in the period, as it is told of it.
-- An enterprise learns public facts and a level in words; what institutions and others assessed stays out.
{% set rules = matching_constants() %}
with
pushes as (
    select * from {{ ref('fct_pushes') }}
),

patents as (
    select * from {{ ref('dim_patents') }}
),

final as (
    select
        pushes.period,
        pushes.enterprise_id,
        pushes.patent_no,
        pushes.push_rank,
        case
            when pushes.probability >= {{ rules.strong_probability }} then 'strong'
            when pushes.is_for_minimum then 'broad'
            else 'fair'
        end as push_fit,
        pushes.reasons as push_reasons,
        pushes.title,
        pushes.abstract,
        pushes.patent_type,
        pushes.owners,
        pushes.institution_name,
        patents.province_name,
        pushes.city_name,
        pushes.field_name,
        pushes.main_ipc,
        patents.ipc_subclass_title,
        pushes.filing_date,
        patents.grant_date,
        pushes.expiry_date,
        pushes.data_origin,
        replace(
            replace(pushes.simulated_fields, 'probability', 'push_fit'), 'reasons', 'push_reasons'
        ) as simulated_fields
    from pushes
    inner join patents on pushes.patent_no = patents.patent_no
)

select * from final
