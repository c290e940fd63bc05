-- Grain: One row per period, name and institution that goes by it, with the rule by which the name is its own.
-- A present name is nobody else's alias or former name. Names of an institution that was reorganised belong to the one in which
-- it goes on, as former names.
with
institutions as (
    select * from {{ ref('stg_institutions__institutions') }}
),

succeeded as (
    select * from {{ ref('int_institutions_succeeded') }}
),

owner_rules as (
    select * from {{ ref('owner_rules') }}
),

registered as (
    select
        institutions.period,
        institutions.institution_name,
        institutions.aliases,
        institutions.former_names,
        present_institutions.institution_id,
        present_institutions.institution_kind,
        institutions.institution_id != present_institutions.institution_id as is_reorganised
    from institutions
    inner join succeeded
        on
            institutions.period = succeeded.period
            and institutions.institution_id = succeeded.institution_id
    inner join institutions as present_institutions
        on
            succeeded.period = present_institutions.period
            and succeeded.present_institution_id = present_institutions.institution_id
),

names as (
    select
        period,
        institution_id,
        institution_kind,
        institution_name as owner_name,
        case when is_reorganised then 'former_name' else 'present_name' end as rule_id
    from registered
    union all
    select
        period,
        institution_id,
        institution_kind,
        owner_name,
        case when is_reorganised then 'former_name' else 'alias' end as rule_id
    from (select *, {{ explode_list('aliases', 'owner_name', 'name_rank') }} from registered)
    union all
    select
        period,
        institution_id,
        institution_kind,
        owner_name,
        'former_name' as rule_id
    from (select *, {{ explode_list('former_names', 'owner_name', 'name_rank') }} from registered)
),

ranked as (
    select
        names.*,
        row_number() over (
            partition by names.period, names.owner_name, names.institution_id
            order by owner_rules.precedence
        ) as standing,
        bool_or(names.rule_id = 'present_name') over (
            partition by names.period, names.owner_name
        ) as is_present_name
    from names
    inner join owner_rules on names.rule_id = owner_rules.rule_id
),

final as (
    select
        period,
        owner_name,
        institution_id,
        institution_kind,
        rule_id,
        min(institution_id) over (partition by period, owner_name)
        != max(institution_id) over (partition by period, owner_name) as is_claimed_by_several
    from ranked
    where
        standing = 1
        and (rule_id = 'present_name' or not is_present_name)
)

select * from final
