-- Grain: One row per period and name of somebody who takes part in a deal, with whom it means.
-- A register stands above how a name reads; a name that a person has decided about, or has still to, is told so.
with
names as (
    select * from {{ ref('int_deal_names_listed') }}
),

keyed as (
    select * from {{ ref('int_names_keyed') }}
),

resolved as (
    select * from {{ ref('int_owner_names_resolved') }}
),

institution_names as (
    select * from {{ ref('int_institutions_named') }}
    where not is_claimed_by_several
),

institutions as (
    select * from {{ ref('stg_institutions__institutions') }}
),

enterprise_names as (
    select * from {{ ref('int_enterprise_names_listed') }}
),

succeeded as (
    select * from {{ ref('int_enterprises_succeeded') }}
),

enterprises as (
    select * from {{ ref('stg_enterprises__enterprises') }}
),

word_lists as (
    select
        list_name,
        word
    from {{ ref('word_lists') }}
    union all
    select
        list_name,
        word
    from {{ ref('owner_words') }}
    union all
    select
        list_name,
        word
    from {{ ref('party_words') }}
),

distinct_names as (
    select distinct party_name from names
),

readings as (
    select
        distinct_names.party_name,
        bool_or(
            word_lists.list_name = 'enterprise_name_contains'
            and contains(distinct_names.party_name, word_lists.word)
            or word_lists.list_name in ('enterprise_name_ends_with', 'enterprise_party_ends_with')
            and distinct_names.party_name like '%' || word_lists.word
        ) as reads_as_enterprise,
        bool_or(
            word_lists.list_name = 'institution_name_contains'
            and contains(distinct_names.party_name, word_lists.word)
        ) as reads_as_institution,
        bool_or(
            word_lists.list_name = 'public_body_ends_with'
            and distinct_names.party_name like '%' || word_lists.word
        ) as reads_as_public_body,
        bool_or(
            word_lists.list_name = 'foreign_contains'
            and contains(distinct_names.party_name, word_lists.word)
        ) as has_foreign_word
    from distinct_names
    cross join word_lists
    group by distinct_names.party_name
),

-- One institution per key of a name, or none.
keys_of_institutions as (
    select
        keyed.period,
        keyed.name_key,
        min(institution_names.institution_id) as institution_id
    from keyed
    inner join institution_names
        on
            keyed.period = institution_names.period
            and keyed.owner_name = institution_names.owner_name
    group by keyed.period, keyed.name_key
    having count(distinct institution_names.institution_id) = 1
),

registered as (
    select
        enterprise_names.period,
        enterprise_names.enterprise_name,
        min(succeeded.present_enterprise_id) as enterprise_id
    from enterprise_names
    inner join succeeded
        on
            enterprise_names.period = succeeded.period
            and enterprise_names.enterprise_id = succeeded.enterprise_id
    group by enterprise_names.period, enterprise_names.enterprise_name
),

known as (
    select
        names.period,
        names.party_name,
        keyed.name_key,
        readings.reads_as_enterprise,
        readings.reads_as_institution,
        readings.reads_as_public_body,
        readings.has_foreign_word,
        resolved.resolution_status = 'review' as is_in_review,
        case
            when resolved.resolution_status in ('resolved', 'refused', 'review') then resolved.institution_id
            else coalesce(institution_names.institution_id, keys_of_institutions.institution_id)
        end as institution_id,
        registered.enterprise_id
    from names
    inner join keyed
        on
            names.period = keyed.period
            and names.party_name = keyed.owner_name
    inner join readings on names.party_name = readings.party_name
    left join resolved
        on
            names.period = resolved.period
            and names.party_name = resolved.owner_name
    left join institution_names
        on
            names.period = institution_names.period
            and names.party_name = institution_names.owner_name
    left join keys_of_institutions
        on
            names.period = keys_of_institutions.period
            and keyed.name_key = keys_of_institutions.name_key
    left join registered
        on
            names.period = registered.period
            and names.party_name = registered.enterprise_name
),

-- The institution that a firm bears in its name, or declares as its group.
parents as (
    select
        known.period,
        known.party_name,
        institution_names.institution_id,
        row_number() over (
            partition by known.period, known.party_name
            order by length(institution_names.owner_name) desc, institution_names.institution_id
        ) as standing
    from known
    left join enterprises
        on
            known.period = enterprises.period
            and known.enterprise_id = enterprises.enterprise_id
    inner join institution_names
        on
            known.period = institution_names.period
            and (
                starts_with(known.party_name, institution_names.owner_name)
                or enterprises.group_name = institution_names.owner_name
            )
    where
        known.institution_id is null
        and (known.reads_as_enterprise or known.enterprise_id is not null)
        and length(institution_names.owner_name) >= 4
),

final as (
    select
        known.period,
        known.party_name,
        case
            when known.institution_id is not null then 'I:' || known.institution_id
            when known.enterprise_id is not null then 'E:' || known.enterprise_id
            else 'N:' || known.name_key
        end as party_key,
        case
            when known.institution_id is not null then 'institution'
            when known.enterprise_id is not null or known.reads_as_enterprise then 'enterprise'
            when known.reads_as_institution then 'institution'
            when known.reads_as_public_body then 'public_body'
            when known.has_foreign_word or not regexp_matches(known.party_name, '[一-龥]') then 'foreign'
            when contains(known.party_name, '·') then 'individual'
            when length(known.party_name) between 2 and {{ deal_constants().longest_person_name }} then 'individual'
            else 'unknown'
        end as party_type,
        known.institution_id,
        coalesce(known.institution_id, known.enterprise_id) as party_id,
        coalesce(institutions.city_code, enterprises.city_code, enterprises.province_code) as party_region,
        coalesce(known.is_in_review, false)
        or known.institution_id is null
        and known.enterprise_id is null
        and known.reads_as_institution
        and not known.reads_as_enterprise as is_in_review,
        parents.institution_id as parent_institution_id
    from known
    left join institutions
        on
            known.period = institutions.period
            and known.institution_id = institutions.institution_id
    left join enterprises
        on
            known.period = enterprises.period
            and known.enterprise_id = enterprises.enterprise_id
    left join parents
        on
            known.period = parents.period
            and known.party_name = parents.party_name
            and parents.standing = 1
)

select * from final
