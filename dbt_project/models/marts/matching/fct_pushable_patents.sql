-- Grain: One row per patent of Form 2 in the period.
with
offered as (
    select * from {{ ref('int_patents_offered') }}
),

patents as (
    select * from {{ ref('dim_patents') }}
),

final as (
    select
        offered.period,
        offered.patent_no,
        offered.institution_id,
        offered.city_code,
        offered.city_name,
        offered.tier,
        offered.ipc_subclass,
        offered.expiry_date,
        offered.push_barrier,
        patents.data_origin,
        patents.simulated_fields
    from offered
    inner join patents on offered.patent_no = patents.patent_no
)

select * from final
