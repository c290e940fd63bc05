-- Grain: One row per period, product recordal and patent, with the deal by which its producer came to use the patent.
with
periods as (
    select * from {{ ref('int_periods') }}
),

products as (
    select products.*
    from {{ ref('stg_product_recordals__products') }} as products
    inner join periods
        on
            products.period = periods.period
            and products.recorded_on <= periods.month_end
),

parties as (
    select * from {{ ref('int_deal_parties') }}
),

party_codes as (
    select * from {{ ref('int_party_codes') }}
),

origins as (
    select * from {{ ref('int_deal_origins') }}
),

deals as (
    select * from {{ ref('int_deals_judged') }}
    where
        not_genuine_reason is null
        and deal_kind != 'pledge'
),

sides as (
    select * from {{ ref('int_deal_sides') }}
    where side = 'taker'
),

producers as (
    select
        products.*,
        coalesce(party_codes.party_key, parties.party_key) as producer_key,
        parties.party_key as producer_name_key
    from products
    inner join parties
        on
            products.period = parties.period
            and products.producer_name = parties.party_name
    left join party_codes
        on
            products.period = party_codes.period
            and products.producer_id = party_codes.party_code
),

-- The latest deal before the recordal whose taker makes the product.
links as (
    select
        producers.period,
        producers.product_recordal_no,
        producers.patent_no,
        deals.deal_id,
        row_number() over (
            partition by producers.period, producers.product_recordal_no, producers.patent_no
            order by deals.effective_on desc, deals.deal_id asc
        ) as standing
    from producers
    inner join deals
        on
            producers.period = deals.period
            and producers.patent_no = deals.patent_no
            and producers.recorded_on >= deals.effective_on
    inner join sides
        on
            deals.period = sides.period
            and deals.deal_id = sides.deal_id
            and sides.party_key in (producers.producer_key, producers.producer_name_key)
),

dealt as (
    select distinct
        period,
        patent_no
    from deals
),

final as (
    select
        producers.period,
        producers.product_recordal_no,
        producers.patent_no,
        first_origins.institution_id,
        producers.product_name,
        producers.producer_id,
        producers.producer_name,
        producers.recorded_on,
        producers.launched_on,
        links.deal_id,
        case
            when own_origins.institution_id is not null then 'own_product'
            when links.deal_id is not null then 'deal_with_producer'
            when dealt.patent_no is not null then 'other_deal'
            else 'no_deal'
        end as chain_status,
        producers.data_origin,
        producers.learned_at,
        producers.received_at,
        producers.source_file,
        producers.source_row
    from producers
    left join links
        on
            producers.period = links.period
            and producers.product_recordal_no = links.product_recordal_no
            and producers.patent_no = links.patent_no
            and links.standing = 1
    left join origins as first_origins
        on
            producers.period = first_origins.period
            and producers.patent_no = first_origins.patent_no
            and first_origins.origin_position = 1
    left join origins as own_origins
        on
            producers.period = own_origins.period
            and producers.patent_no = own_origins.patent_no
            and 'I:' || own_origins.institution_id in (producers.producer_key, producers.producer_name_key)
    left join dealt
        on
            producers.period = dealt.period
            and producers.patent_no = dealt.patent_no
)

select * from final
