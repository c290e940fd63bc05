-- Grain: One row per period and name of a party to a deal or product, or of an owner of its patent at the grant.
with
evidence as (
    select * from {{ ref('int_deal_evidence') }}
),

products as (
    select * from {{ ref('stg_product_recordals__products') }}
),

held as (
    select * from {{ ref('int_patents_held') }}
),

patents as (
    select
        period,
        patent_no
    from evidence
    union
    select
        period,
        patent_no
    from products
),

lists as (
    select distinct
        period,
        givers as party_names
    from evidence
    union
    select distinct
        period,
        takers as party_names
    from evidence
    union
    select distinct
        period,
        producer_name as party_names
    from products
    union
    select distinct
        held.period,
        held.origin_owners as party_names
    from held
    inner join patents
        on
            held.period = patents.period
            and held.patent_no = patents.patent_no
),

exploded as (
    select
        period,
        {{ explode_list('party_names', 'party_name', 'name_position') }}
    from lists
    where party_names is not null
),

final as (
    select distinct
        period,
        party_name
    from exploded
)

select * from final
