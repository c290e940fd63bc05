-- Grain: One row per period and owner's name, with what the rules say of it before any person's decision.
-- The first stage in which a rule speaks decides; a name resolves when the rules of that stage name one institution and no
-- credit code speaks against it.
with
owner_names as (
    select * from {{ ref('int_owner_names_read') }}
),

matches as (
    select * from {{ ref('int_owner_names_matched') }}
),

codes as (
    select * from {{ ref('int_owner_codes_stated') }}
),

owner_rules as (
    select * from {{ ref('owner_rules') }}
),

institutions as (
    select * from {{ ref('stg_institutions__institutions') }}
),

contenders as (
    select
        matches.*,
        owner_rules.precedence,
        owner_rules.stage_no,
        owner_rules.confidence,
        owner_rules.effect,
        min(owner_rules.stage_no) over (partition by matches.period, matches.owner_name) as deciding_stage
    from matches
    inner join owner_rules on matches.rule_id = owner_rules.rule_id
),

deciding as (
    select
        *,
        row_number() over (
            partition by period, owner_name order by precedence, institution_id, matched_name
        ) as standing
    from contenders
    where stage_no = deciding_stage
),

-- Whom the name means by one rule, and a code by another: both stand on the review list.
contradicted as (
    select
        by_code.period,
        by_code.owner_name,
        by_name.institution_id
    from contenders as by_code
    inner join contenders as by_name
        on
            by_code.period = by_name.period
            and by_code.owner_name = by_name.owner_name
            and by_code.institution_id != by_name.institution_id
    where
        by_code.rule_id = 'owner_uscc'
        and by_name.rule_id != 'owner_uscc'
        and by_name.effect = 'resolves'
    union
    select
        deciding.period,
        deciding.owner_name,
        deciding.institution_id
    from deciding
    inner join codes
        on
            deciding.period = codes.period
            and deciding.owner_name = codes.owner_name
    inner join institutions
        on
            deciding.period = institutions.period
            and deciding.institution_id = institutions.institution_id
            and codes.owner_uscc != institutions.institution_uscc
    where deciding.effect = 'resolves'
),

contradictions as (
    select distinct
        period,
        owner_name
    from contradicted
),

named as (
    select
        candidates.period,
        candidates.owner_name,
        count(*) as institution_count,
        {{ dbt.listagg('candidates.institution_id', "'|'", 'order by candidates.institution_id') }} as candidate_ids,
        {{ dbt.listagg('institutions.institution_name', "'|'", 'order by candidates.institution_id') }} as candidate_names
    from (
        select
            period,
            owner_name,
            institution_id
        from deciding
        union
        select
            period,
            owner_name,
            institution_id
        from contradicted
    ) as candidates
    inner join institutions
        on
            candidates.period = institutions.period
            and candidates.institution_id = institutions.institution_id
    group by candidates.period, candidates.owner_name
),

judged as (
    select
        owner_names.period,
        owner_names.owner_name,
        owner_names.patent_count,
        owner_names.is_military,
        owner_names.reads_as_enterprise,
        deciding.rule_id,
        deciding.institution_id,
        deciding.matched_name,
        deciding.confidence,
        case
            when deciding.effect is null and owner_names.reads_as_institution then 'review'
            when deciding.effect is null or owner_names.is_military and deciding.effect = 'suggests' then 'outside'
            when deciding.effect = 'refuses' then 'refused'
            when
                deciding.effect = 'suggests'
                or contradictions.owner_name is not null
                or named.institution_count > 1
                then 'review'
            else 'resolved'
        end as resolution_status,
        case
            when deciding.effect is null then 'reads_like_institution'
            when deciding.effect = 'suggests' then deciding.rule_id
            when contradictions.owner_name is not null then 'code_and_name_disagree'
            else 'claimed_by_several'
        end as why_review,
        named.candidate_ids,
        named.candidate_names
    from owner_names
    left join deciding
        on
            owner_names.period = deciding.period
            and owner_names.owner_name = deciding.owner_name
            and deciding.standing = 1
    left join named
        on
            owner_names.period = named.period
            and owner_names.owner_name = named.owner_name
    left join contradictions
        on
            owner_names.period = contradictions.period
            and owner_names.owner_name = contradictions.owner_name
),

final as (
    select
        period,
        owner_name,
        patent_count,
        is_military,
        reads_as_enterprise,
        resolution_status,
        rule_id as resolution_rule,
        case when resolution_status = 'resolved' then institution_id end as institution_id,
        matched_name,
        case when resolution_status in ('resolved', 'refused') then confidence end as confidence,
        case when resolution_status = 'review' then why_review end as review_reason,
        candidate_ids,
        candidate_names,
        concat_ws(
            ':', resolution_status, case when resolution_status = 'review' then why_review end, candidate_ids
        ) as undecided_state
    from judged
)

select * from final
