-- Grain: One row per evidence of a deal, with the keys of its takers and of what it is evidence of.
-- A registration is known by its number, or by its day and first taker; a report by its day of signing and first taker.
with
evidence as (
    select * from {{ ref('int_deal_evidence') }}
),

parties as (
    select * from {{ ref('int_deal_parties') }}
),

party_codes as (
    select * from {{ ref('int_party_codes') }}
),

-- A text that names no number is of the registration of that day, where the register has one.
numbers as (
    select
        period,
        patent_no,
        deal_kind,
        registered_on,
        min(registration_no) as registration_no
    from evidence
    where evidence_code != 'gazette'
    group by period, patent_no, deal_kind, registered_on
),

takers as (
    select
        period,
        evidence_id,
        patent_no,
        {{ explode_list('takers', 'party_name', 'party_position') }}
    from evidence
    where takers is not null
),

taker_keys as (
    select
        takers.period,
        takers.evidence_id,
        takers.patent_no,
        {{ dbt.listagg('parties.party_key', "'|'", 'order by takers.party_position') }} as party_keys
    from takers
    inner join parties
        on
            takers.period = parties.period
            and takers.party_name = parties.party_name
    group by takers.period, takers.evidence_id, takers.patent_no
),

keyed as (
    select
        evidence.*,
        case evidence.deal_kind when 'open_license' then 'license' else evidence.deal_kind end as registered_kind,
        {{ first_of_list('taker_keys.party_keys') }} as first_taker_key,
        nullif(
            concat_ws('|', taker_keys.party_keys, coalesce(party_codes.party_key, 'C:' || evidence.taker_code)), ''
        ) as taker_keys,
        coalesce(evidence.registration_no, numbers.registration_no) as known_registration_no
    from evidence
    left join taker_keys
        on
            evidence.period = taker_keys.period
            and evidence.evidence_id = taker_keys.evidence_id
            and evidence.patent_no = taker_keys.patent_no
    left join party_codes
        on
            evidence.period = party_codes.period
            and evidence.taker_code = party_codes.party_code
    left join numbers
        on
            evidence.period = numbers.period
            and evidence.patent_no = numbers.patent_no
            and evidence.deal_kind = numbers.deal_kind
            and evidence.registered_on = numbers.registered_on
),

final as (
    select
        *,
        case
            when is_withdrawn then 'withdrawn|' || evidence_id
            when registered_on is null then 'signed|' || signed_on || '|' || coalesce(first_taker_key, '')
            when known_registration_no is not null then 'number|' || known_registration_no
            else 'day|' || registered_on || '|' || coalesce(first_taker_key, '')
        end as fact_key
    from keyed
)

select * from final
