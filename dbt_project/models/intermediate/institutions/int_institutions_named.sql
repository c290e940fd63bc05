-- Grain: One row per period and name that an institution goes by.
-- A name that several institutions claim belongs to the one that bears it as its present name, then to the smallest code.
with
institutions as (
    select * from {{ ref('stg_institutions__institutions') }}
),

names as (
    select
        period,
        institution_id,
        institution_name as owner_name,
        0 as name_rank
    from institutions
    union all
    select
        period,
        institution_id,
        {{ explode_list('aliases', 'owner_name', 'name_rank') }}
    from institutions
),

ranked as (
    select
        *,
        row_number() over (partition by period, owner_name order by name_rank > 0, institution_id) as claim,
        min(institution_id) over (partition by period, owner_name)
        != max(institution_id) over (partition by period, owner_name) as is_claimed_by_several
    from names
),

final as (
    select
        period,
        owner_name,
        institution_id,
        is_claimed_by_several
    from ranked
    where claim = 1
)

select * from final
