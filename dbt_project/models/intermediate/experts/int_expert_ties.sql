-- Grain: One row per period, expert, kind of tie and party that the expert is tied to.
with
experts as (
    select * from {{ ref('int_experts_placed') }}
),

pool as (
    select * from {{ ref('stg_experts__experts') }}
),

party_codes as (
    select * from {{ ref('int_party_codes') }}
),

institution_names as (
    select * from {{ ref('int_institutions_named') }}
    where not is_claimed_by_several
),

former as (
    select
        period,
        expert_id,
        {{ explode_list('former_employers', 'dated_code', 'code_position') }}
    from pool
    where former_employers is not null
),

-- The tie holds until the month of leaving has come again so many times.
recent as (
    select
        period,
        expert_id,
        left(dated_code, 18) as party_code
    from former
    where
        {{ dbt.dateadd(
            'year', expert_constants().former_employer_years, "cast(right(dated_code, 7) || '-01' as date)"
        ) }} >= cast(period || '-01' as date)
),

declared as (
    select
        period,
        expert_id,
        {{ explode_list('declared_conflicts', 'party_code', 'code_position') }}
    from pool
    where declared_conflicts is not null
),

coded as (
    select
        period,
        expert_id,
        'employer' as tie_kind,
        employer_id as party_code
    from experts
    union all
    select
        period,
        expert_id,
        'former_employer' as tie_kind,
        party_code
    from recent
    union all
    select
        period,
        expert_id,
        'declared' as tie_kind,
        party_code
    from declared
),

final as (
    select
        coded.period,
        coded.expert_id,
        coded.tie_kind,
        coalesce(party_codes.party_key, 'E:' || coded.party_code) as party_key
    from coded
    left join party_codes
        on
            coded.period = party_codes.period
            and coded.party_code = party_codes.party_code
    union
    select
        period,
        expert_id,
        'employer' as tie_kind,
        'N:' || employer_name as party_key
    from experts
    union
    select
        period,
        expert_id,
        'employer' as tie_kind,
        'G:' || employer_group as party_key
    from experts
    union
    select
        experts.period,
        experts.expert_id,
        'employer' as tie_kind,
        'I:' || institution_names.institution_id as party_key
    from experts
    inner join institution_names
        on
            experts.period = institution_names.period
            and experts.employer_name = institution_names.owner_name
)

select * from final
