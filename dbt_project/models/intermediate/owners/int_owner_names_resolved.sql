-- Grain: One row per period and owner's name, with the institution it means or why a person has to look.
-- The first stage in which a rule speaks decides; a name resolves when the rules of that stage name one institution.
with
owner_names as (
    select * from {{ ref('int_owner_names_read') }}
),

matches as (
    select * from {{ ref('int_owner_names_matched') }}
),

decisions as (
    select * from {{ ref('int_owner_decisions_effective') }}
),

owner_rules as (
    select * from {{ ref('owner_rules') }}
),

institutions as (
    select * from {{ ref('stg_institutions__institutions') }}
),

-- A decision that a name is no institution's names none.
contenders as (
    select
        matches.*,
        owner_rules.precedence,
        owner_rules.stage_no,
        owner_rules.confidence,
        case
            when matches.institution_id is null then 'refuses'
            else owner_rules.effect
        end as effect,
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

named as (
    select
        deciding.period,
        deciding.owner_name,
        count(distinct deciding.institution_id) as institution_count,
        {{ dbt.listagg('deciding.institution_id', "'|'", 'order by deciding.institution_id') }} as candidate_ids,
        {{ dbt.listagg('institutions.institution_name', "'|'", 'order by deciding.institution_id') }} as candidate_names
    from (
        select distinct
            period,
            owner_name,
            institution_id
        from deciding
    ) as deciding
    inner join institutions
        on
            deciding.period = institutions.period
            and deciding.institution_id = institutions.institution_id
    group by deciding.period, deciding.owner_name
),

judged as (
    select
        owner_names.period,
        owner_names.owner_name,
        owner_names.patent_count,
        owner_names.is_military,
        owner_names.reads_as_enterprise,
        decisions.review_reason as decision_problem,
        deciding.rule_id,
        deciding.institution_id,
        deciding.matched_name,
        deciding.confidence,
        case
            when deciding.effect is null and owner_names.reads_as_institution then 'review'
            when deciding.effect is null or owner_names.is_military and deciding.effect = 'suggests' then 'outside'
            when deciding.effect = 'refuses' then 'refused'
            when deciding.effect = 'suggests' or named.institution_count > 1 then 'review'
            else 'resolved'
        end as resolution_status,
        case
            when deciding.effect is null then 'reads_like_institution'
            when deciding.effect = 'suggests' then deciding.rule_id
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
    left join decisions
        on
            owner_names.period = decisions.period
            and owner_names.owner_name = decisions.owner_name
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
        coalesce(decision_problem, case when resolution_status = 'review' then why_review end) as review_reason,
        candidate_ids,
        candidate_names
    from judged
)

select * from final
