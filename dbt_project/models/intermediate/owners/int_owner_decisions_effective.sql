-- Grain: One row per period and owner's name that a reviewer decided about, with what keeps the decision from counting.
-- The latest day of decision counts, whatever the order of receipt; two conclusions of one day cancel each other. A decision
-- dated after its receipt never stands above one that is not. A decision was made for what the rules said then: when they
-- have come to say something else, it counts only if they now say the same as the decision.
with
decisions as (
    select
        *,
        decided_on > {{ shanghai_date('received_at') }} as is_dated_ahead
    from {{ ref('stg_owner_decisions__decisions') }}
),

institutions as (
    select * from {{ ref('stg_institutions__institutions') }}
),

names as (
    select * from {{ ref('int_owner_names_judged') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by period, owner_name
            order by is_dated_ahead asc, decided_on desc, received_at desc, load_id desc, source_row desc
        ) as standing,
        max(case when not is_dated_ahead then decided_on end) over (partition by period, owner_name) as last_decided_on
    from decisions
),

conclusions as (
    select
        period,
        owner_name,
        count(distinct owner_decision || ' ' || coalesce(institution_id, '')) as conclusion_count
    from ranked
    where
        decided_on = last_decided_on
        and not is_dated_ahead
    group by period, owner_name
),

final as (
    select
        ranked.period,
        ranked.owner_name,
        ranked.owner_decision,
        ranked.institution_id,
        ranked.decision_basis,
        ranked.decided_by,
        ranked.decided_on,
        case
            when ranked.is_dated_ahead then 'decision_dated_ahead'
            when conclusions.conclusion_count > 1 then 'decisions_disagree'
            when (ranked.owner_decision = 'is_institution') != (ranked.institution_id is not null)
                then 'decision_contradicts_itself'
            when ranked.institution_id is not null and institutions.institution_id is null
                then 'decision_names_unknown_institution'
            when
                ranked.undecided_state != names.undecided_state
                and (ranked.institution_id is null or names.institution_id is distinct from ranked.institution_id)
                and (ranked.institution_id is not null or names.resolution_status not in ('refused', 'outside'))
                then 'decision_outdated'
        end as review_reason
    from ranked
    left join conclusions
        on
            ranked.period = conclusions.period
            and ranked.owner_name = conclusions.owner_name
    left join institutions
        on
            ranked.period = institutions.period
            and ranked.institution_id = institutions.institution_id
    left join names
        on
            ranked.period = names.period
            and ranked.owner_name = names.owner_name
    where ranked.standing = 1
)

select * from final
