-- Grain: One row per period, deal, side and party in its order.
with
deals as (
    select * from {{ ref('int_deals_folded') }}
),

parties as (
    select * from {{ ref('int_deal_parties') }}
),

sides as (
    select
        period,
        deal_id,
        patent_no,
        'giver' as side,
        {{ explode_list('givers', 'party_name', 'party_position') }}
    from deals
    where givers is not null
    union all
    select
        period,
        deal_id,
        patent_no,
        'taker' as side,
        {{ explode_list('takers', 'party_name', 'party_position') }}
    from deals
    where takers is not null
),

final as (
    select
        sides.*,
        parties.party_key,
        parties.party_type,
        parties.institution_id,
        parties.party_id,
        parties.party_region,
        parties.is_in_review,
        parties.parent_institution_id
    from sides
    inner join parties
        on
            sides.period = parties.period
            and sides.party_name = parties.party_name
)

select * from final
