-- Grain: One row per period and deal, with one column for each reason of the policy for which it may not count.
-- An institution that gave its share away has sold it, whoever of the other owners stays or takes it.
with
deals as (
    select * from {{ ref('int_deals_folded') }}
),

sides as (
    select * from {{ ref('int_deal_sides') }}
),

origins as (
    select * from {{ ref('int_deal_origins') }}
),

patents as (
    select * from {{ ref('int_patents_described') }}
),

givers as (
    select * from sides
    where side = 'giver'
),

takers as (
    select * from sides
    where side = 'taker'
),

-- A firm belongs to an institution that it bears in its name or declares as its group.
relations as (
    select
        takers.period,
        takers.deal_id,
        takers.party_position,
        bool_or(takers.party_key = givers.party_key) as is_giver,
        bool_or(takers.party_key = givers.party_key and givers.institution_id is not null) as is_institution_giver,
        bool_or(
            takers.party_type = 'enterprise'
            and givers.party_type = 'institution'
            and (
                coalesce(takers.parent_institution_id = givers.institution_id, false)
                or length(givers.party_name) >= 4
                and starts_with(takers.party_name, givers.party_name)
            )
        ) as is_relative
    from takers
    inner join givers
        on
            takers.period = givers.period
            and takers.deal_id = givers.deal_id
    group by takers.period, takers.deal_id, takers.party_position
),

related as (
    select
        period,
        deal_id,
        bool_and(is_giver) as are_takers_givers,
        bool_or(is_institution_giver) as has_institution_that_stays,
        bool_and(is_giver or is_relative) and bool_or(is_relative) as are_takers_relatives
    from relations
    group by period, deal_id
),

taker_keys as (
    select distinct
        period,
        deal_id,
        party_key
    from takers
),

giving as (
    select
        givers.period,
        givers.deal_id,
        bool_and(taker_keys.party_key is not null) as are_givers_takers,
        bool_and(givers.party_type = 'individual') as are_givers_individuals,
        bool_or(givers.party_type = 'individual') as has_individual_giver,
        bool_or(origins.institution_id is not null) as has_origin_giver
    from givers
    left join taker_keys
        on
            givers.period = taker_keys.period
            and givers.deal_id = taker_keys.deal_id
            and givers.party_key = taker_keys.party_key
    left join origins
        on
            givers.period = origins.period
            and givers.patent_no = origins.patent_no
            and givers.institution_id = origins.institution_id
    group by givers.period, givers.deal_id
),

taking as (
    select
        period,
        deal_id,
        bool_or(party_type = 'individual') as has_individual_taker,
        bool_or(party_type = 'enterprise') as has_enterprise_taker,
        bool_or(is_in_review) as has_taker_in_review
    from takers
    group by period, deal_id
),

-- Out and back again within the days of the policy.
ways as (
    select
        givers.period,
        givers.patent_no,
        givers.deal_id,
        deals.effective_on,
        givers.party_key as from_key,
        takers.party_key as to_key
    from givers
    inner join takers
        on
            givers.period = takers.period
            and givers.deal_id = takers.deal_id
            and givers.party_key != takers.party_key
    inner join deals
        on
            givers.period = deals.period
            and givers.deal_id = deals.deal_id
            and deals.deal_kind = 'transfer'
            and deals.is_registered
),

returns as (
    select distinct
        there.period,
        there.deal_id as there_deal_id,
        back.deal_id as back_deal_id
    from ways as there
    inner join ways as back
        on
            there.period = back.period
            and there.patent_no = back.patent_no
            and there.deal_id != back.deal_id
            and there.from_key = back.to_key
            and there.to_key = back.from_key
            and {{ dbt.datediff('there.effective_on', 'back.effective_on', 'day') }}
            between 0 and {{ deal_constants().transfer_back_days }}
),

returned as (
    select
        period,
        there_deal_id as deal_id
    from returns
    union
    select
        period,
        back_deal_id as deal_id
    from returns
),

final as (
    select
        deals.*,
        origins.institution_id,
        coalesce(patents.is_base_library, false) as is_base_library,
        patents.patent_no is null as is_unknown_patent,
        deals.givers is null or deals.takers is null as is_parties_unknown,
        coalesce(related.are_takers_givers and giving.are_givers_takers, false) as is_rename,
        coalesce(giving.are_givers_individuals and taking.has_enterprise_taker, false) as is_inventor_own_firm,
        not coalesce(giving.has_origin_giver, false) as is_no_origin_owner,
        coalesce(related.has_institution_that_stays, false) as is_remaining_owner,
        coalesce(related.are_takers_relatives, false) as is_same_group,
        returned.deal_id is not null as is_transfer_back,
        coalesce(taking.has_individual_taker, false) as is_individual_taker,
        coalesce(giving.has_individual_giver and taking.has_enterprise_taker, false) as is_individual_giver,
        coalesce(taking.has_taker_in_review, false) as is_party_in_review,
        deals.has_conflict as is_sources_disagree
    from deals
    left join patents
        on
            deals.period = patents.period
            and deals.patent_no = patents.patent_no
    left join origins
        on
            deals.period = origins.period
            and deals.patent_no = origins.patent_no
            and origins.origin_position = 1
    left join giving
        on
            deals.period = giving.period
            and deals.deal_id = giving.deal_id
    left join taking
        on
            deals.period = taking.period
            and deals.deal_id = taking.deal_id
    left join related
        on
            deals.period = related.period
            and deals.deal_id = related.deal_id
    left join returned
        on
            deals.period = returned.period
            and deals.deal_id = returned.deal_id
)

select * from final
