-- Grain: One row per period and code of an institution or enterprise, with the party it means.
with
institutions as (
    select * from {{ ref('stg_institutions__institutions') }}
),

enterprises as (
    select * from {{ ref('int_enterprises_succeeded') }}
),

codes as (
    select
        period,
        institution_id as party_code,
        'I:' || institution_id as party_key,
        1 as precedence
    from institutions
    union all
    select
        period,
        institution_uscc as party_code,
        'I:' || institution_id as party_key,
        2 as precedence
    from institutions
    where institution_uscc is not null
    union all
    select
        period,
        enterprise_id as party_code,
        'E:' || present_enterprise_id as party_key,
        3 as precedence
    from enterprises
),

ranked as (
    select
        *,
        row_number() over (
            partition by period, party_code
            order by precedence, party_key
        ) as standing
    from codes
),

final as (
    select
        period,
        party_code,
        party_key
    from ranked
    where standing = 1
)

select * from final
