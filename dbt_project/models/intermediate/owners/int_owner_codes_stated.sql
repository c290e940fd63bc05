-- Grain: One row per period, owner's name and credit code that a report of a patent states for it.
-- The code in the place of an owner is its own; where owners and codes differ in number, whose a code is cannot be told.
with
patents as (
    select * from {{ ref('stg_grants__patents') }}
),

owner_places as (
    select
        period,
        patent_no,
        {{ explode_list('owners', 'owner_name', 'owner_position') }}
    from patents
    where owner_usccs is not null
),

code_places as (
    select
        period,
        patent_no,
        {{ explode_list('owner_usccs', 'owner_uscc', 'owner_position') }}
    from patents
    where owner_usccs is not null
),

uneven as (
    select
        coalesce(owner_places.period, code_places.period) as period,
        coalesce(owner_places.patent_no, code_places.patent_no) as patent_no
    from owner_places
    full outer join code_places
        on
            owner_places.period = code_places.period
            and owner_places.patent_no = code_places.patent_no
            and owner_places.owner_position = code_places.owner_position
    where owner_places.patent_no is null or code_places.patent_no is null
),

final as (
    select distinct
        owner_places.period,
        owner_places.owner_name,
        code_places.owner_uscc
    from owner_places
    inner join code_places
        on
            owner_places.period = code_places.period
            and owner_places.patent_no = code_places.patent_no
            and owner_places.owner_position = code_places.owner_position
    left join uneven
        on
            owner_places.period = uneven.period
            and owner_places.patent_no = uneven.patent_no
    where
        uneven.patent_no is null
        and code_places.owner_uscc != ''
)

select * from final
