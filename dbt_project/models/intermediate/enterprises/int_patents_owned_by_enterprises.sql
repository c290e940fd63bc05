-- Grain: One row per period, patent and registered enterprise that owns it, with the group that speaks for the enterprise.
with
owners as (
    select * from {{ ref('int_owners_resolved') }}
),

enterprise_names as (
    select * from {{ ref('int_enterprise_names_listed') }}
),

enterprises as (
    select * from {{ ref('int_enterprises_succeeded') }}
),

patents as (
    select * from {{ ref('stg_grants__patents') }}
),

final as (
    select distinct
        owners.period,
        owners.patent_no,
        enterprise_names.enterprise_id,
        enterprises.evaluator_group,
        patents.data_origin
    from owners
    inner join patents
        on
            owners.period = patents.period
            and owners.patent_no = patents.patent_no
    inner join enterprise_names
        on
            owners.period = enterprise_names.period
            and owners.owner_name = enterprise_names.enterprise_name
    inner join enterprises
        on
            enterprise_names.period = enterprises.period
            and enterprise_names.enterprise_id = enterprises.enterprise_id
)

select * from final
