-- Grain: One row per patent that needs experts in the period, role and party that owns it or belongs with an owner.
with
needs as (
    select * from {{ ref('int_patents_needing_experts') }}
),

owners as (
    select * from {{ ref('int_owners_resolved') }}
),

owner_codes as (
    select * from {{ ref('int_owner_codes_stated') }}
),

party_codes as (
    select * from {{ ref('int_party_codes') }}
),

enterprise_names as (
    select * from {{ ref('int_enterprise_names_listed') }}
),

enterprises as (
    select * from {{ ref('int_enterprises_succeeded') }}
),

owned as (
    select
        owners.period,
        owners.patent_no,
        owners.owner_name,
        owners.institution_id,
        case when owners.institution_id = needs.institution_id then 'institution' else 'co_owner' end as party_role
    from needs
    inner join owners
        on
            needs.period = owners.period
            and needs.patent_no = owners.patent_no
),

-- An owner is an enterprise of the register by one of its names or by the code that a report states for it.
registered as (
    select
        owned.period,
        owned.patent_no,
        owned.party_role,
        enterprise_names.enterprise_id
    from owned
    inner join enterprise_names
        on
            owned.period = enterprise_names.period
            and owned.owner_name = enterprise_names.enterprise_name
    union
    select
        owned.period,
        owned.patent_no,
        owned.party_role,
        owner_codes.owner_uscc as enterprise_id
    from owned
    inner join owner_codes
        on
            owned.period = owner_codes.period
            and owned.owner_name = owner_codes.owner_name
),

final as (
    select
        period,
        patent_no,
        party_role,
        'I:' || institution_id as party_key
    from owned
    where institution_id is not null
    union
    select
        period,
        patent_no,
        party_role,
        'N:' || owner_name as party_key
    from owned
    union
    select
        registered.period,
        registered.patent_no,
        registered.party_role,
        coalesce(party_codes.party_key, 'E:' || registered.enterprise_id) as party_key
    from registered
    left join party_codes
        on
            registered.period = party_codes.period
            and registered.enterprise_id = party_codes.party_code
    union
    select
        registered.period,
        registered.patent_no,
        registered.party_role,
        'G:' || enterprises.evaluator_group as party_key
    from registered
    inner join enterprises
        on
            registered.period = enterprises.period
            and registered.enterprise_id = enterprises.enterprise_id
)

select * from final
