-- Grain: One row per patent with an institution among its owners at the time of the grant, or now, as known in the period.
-- The origin institution is the first owner at the grant; where its name means none, the institution that reports the patent.
with
held as (
    select * from {{ ref('int_patents_held') }}
    where period = '{{ var("period") }}'
),

names as (
    select * from {{ ref('int_owner_names_resolved') }}
    where period = '{{ var("period") }}'
),

patents as (
    select * from {{ ref('int_patents_described') }}
    where period = '{{ var("period") }}'
),

institutions as (
    select * from {{ ref('int_institutions_located') }}
    where period = '{{ var("period") }}'
),

deal_origins as (
    select * from {{ ref('int_deal_origins') }}
    where
        period = '{{ var("period") }}'
        and origin_position = 1
),

origins as (
    select
        held.patent_no,
        coalesce(deal_origins.institution_id, names.institution_id, patents.institution_id) as institution_id
    from held
    inner join patents on held.patent_no = patents.patent_no
    left join deal_origins on held.patent_no = deal_origins.patent_no
    left join names on {{ first_of_list('held.origin_owners') }} = names.owner_name
),

final as (
    select
        patents.period,
        patents.patent_no,
        origins.institution_id,
        institutions.institution_name,
        institutions.institution_kind,
        institutions.province_code,
        institutions.province_name,
        institutions.city_code,
        institutions.city_name,
        institutions.ministry,
        patents.field_no,
        patents.field_name,
        patents.patent_type,
        patents.cohort,
        patents.is_in_force,
        patents.data_origin
    from origins
    inner join patents on origins.patent_no = patents.patent_no
    inner join institutions on origins.institution_id = institutions.institution_id
)

select * from final
