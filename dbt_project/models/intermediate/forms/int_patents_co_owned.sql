-- Grain: One row per period and patent of the base library, with who owns it beside its reporting institution.
with
owners as (
    select * from {{ ref('int_owners_resolved') }}
),

owned as (
    select * from {{ ref('int_patents_owned') }}
    where is_base_library
),

institutions as (
    select * from {{ ref('int_institutions_located') }}
),

-- An institution that is named twice, by two of its names, is one co-owner.
co_owners as (
    select
        owned.period,
        owned.patent_no,
        owners.is_enterprise,
        coalesce(institutions.institution_name, owners.owner_name) as co_owner_name,
        institutions.institution_id is not null as is_institution,
        min(owners.owner_position) as co_owner_position
    from owned
    inner join owners
        on
            owned.period = owners.period
            and owned.patent_no = owners.patent_no
    left join institutions
        on
            owners.period = institutions.period
            and owners.institution_id = institutions.institution_id
    where
        owners.institution_id is null
        or owners.institution_id != owned.institution_id
    group by
        owned.period,
        owned.patent_no,
        owners.is_enterprise,
        coalesce(institutions.institution_name, owners.owner_name),
        institutions.institution_id is not null
),

listed as (
    select
        period,
        patent_no,
        {{ dbt.listagg("case when is_enterprise then co_owner_name end", "'|'", "order by co_owner_position") }}
            as co_owner_enterprises,
        {{ dbt.listagg("case when is_institution then co_owner_name end", "'|'", "order by co_owner_position") }}
            as co_owner_institutions
    from co_owners
    group by period, patent_no
),

final as (
    select
        owned.period,
        owned.patent_no,
        listed.co_owner_enterprises,
        listed.co_owner_institutions
    from owned
    left join listed
        on
            owned.period = listed.period
            and owned.patent_no = listed.patent_no
)

select * from final
