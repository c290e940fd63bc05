-- Grain: One row per period, patent of a deal or product, and institution that owned it at its grant.
with
held as (
    select * from {{ ref('int_patents_held') }}
),

patents as (
    select
        period,
        patent_no
    from {{ ref('int_deal_evidence') }}
    union
    select
        period,
        patent_no
    from {{ ref('stg_product_recordals__products') }}
),

parties as (
    select * from {{ ref('int_deal_parties') }}
),

origins as (
    select
        held.period,
        held.patent_no,
        {{ explode_list('held.origin_owners', 'party_name', 'party_position') }}
    from held
    inner join patents
        on
            held.period = patents.period
            and held.patent_no = patents.patent_no
),

owners as (
    select
        origins.period,
        origins.patent_no,
        parties.institution_id,
        min(origins.party_position) as party_position
    from origins
    inner join parties
        on
            origins.period = parties.period
            and origins.party_name = parties.party_name
    where parties.institution_id is not null
    group by origins.period, origins.patent_no, parties.institution_id
),

final as (
    select
        period,
        patent_no,
        institution_id,
        row_number() over (partition by period, patent_no order by party_position, institution_id) as origin_position
    from owners
)

select * from final
