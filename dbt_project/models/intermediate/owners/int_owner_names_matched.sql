-- Grain: One row per period, owner's name, rule and institution that the rule names.
with
owner_names as (
    select * from {{ ref('int_owner_names_read') }}
),

institution_names as (
    select * from {{ ref('int_institutions_named') }}
),

keyed as (
    select * from {{ ref('int_names_keyed') }}
),

codes as (
    select * from {{ ref('int_owner_codes_stated') }}
),

institutions as (
    select * from {{ ref('stg_institutions__institutions') }}
),

units as (
    select * from {{ ref('int_owner_units_matched') }}
),

near_names as (
    select * from {{ ref('int_owner_names_near') }}
),

coded as (
    select
        owner_names.period,
        owner_names.owner_name,
        'owner_uscc' as rule_id,
        institutions.institution_id,
        min(codes.owner_uscc) as matched_name
    from owner_names
    inner join codes
        on
            owner_names.period = codes.period
            and owner_names.owner_name = codes.owner_name
    inner join institutions
        on
            codes.period = institutions.period
            and codes.owner_uscc = institutions.institution_uscc
    group by owner_names.period, owner_names.owner_name, institutions.institution_id
),

registered as (
    select
        owner_names.period,
        owner_names.owner_name,
        institution_names.rule_id,
        institution_names.institution_id,
        institution_names.owner_name as matched_name
    from owner_names
    inner join institution_names
        on
            owner_names.period = institution_names.period
            and owner_names.owner_name = institution_names.owner_name
),

spelt as (
    select
        owner_names.period,
        owner_names.owner_name,
        'written_variant' as rule_id,
        institution_names.institution_id,
        min(institution_names.owner_name) as matched_name
    from owner_names
    inner join keyed as owner_keys
        on
            owner_names.period = owner_keys.period
            and owner_names.owner_name = owner_keys.owner_name
    inner join keyed as registered_keys
        on
            owner_keys.period = registered_keys.period
            and owner_keys.name_key = registered_keys.name_key
            and owner_keys.owner_name != registered_keys.owner_name
    inner join institution_names
        on
            registered_keys.period = institution_names.period
            and registered_keys.owner_name = institution_names.owner_name
    group by owner_names.period, owner_names.owner_name, institution_names.institution_id
),

near as (
    select
        period,
        owner_name,
        'near_name' as rule_id,
        institution_id,
        min(matched_name) as matched_name
    from near_names
    group by period, owner_name, institution_id
),

final as (
    select * from coded
    union all
    select * from registered
    union all
    select * from spelt
    union all
    select
        period,
        owner_name,
        rule_id,
        institution_id,
        matched_name
    from units
    union all
    select * from near
)

select * from final
