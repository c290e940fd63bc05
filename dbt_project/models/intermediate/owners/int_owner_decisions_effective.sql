-- Grain: One row per period and owner's name that a reviewer decided about, with what keeps the decision from counting.
-- The latest day of decision counts, whatever the order of receipt; two conclusions of one day cancel each other.
with
decisions as (
    select * from {{ ref('stg_owner_decisions__decisions') }}
),

institutions as (
    select * from {{ ref('stg_institutions__institutions') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by period, owner_name
            order by decided_on desc, received_at desc, load_id desc, source_row desc
        ) as standing,
        max(decided_on) over (partition by period, owner_name) as last_decided_on
    from decisions
),

conclusions as (
    select
        period,
        owner_name,
        count(distinct owner_decision || ' ' || coalesce(institution_id, '')) as conclusion_count
    from ranked
    where decided_on = last_decided_on
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
            when conclusions.conclusion_count > 1 then 'decisions_disagree'
            when (ranked.owner_decision = 'is_institution') != (ranked.institution_id is not null)
                then 'decision_contradicts_itself'
            when ranked.institution_id is not null and institutions.institution_id is null
                then 'decision_names_unknown_institution'
        end as review_reason
    from ranked
    inner join conclusions
        on
            ranked.period = conclusions.period
            and ranked.owner_name = conclusions.owner_name
    left join institutions
        on
            ranked.period = institutions.period
            and ranked.institution_id = institutions.institution_id
    where ranked.standing = 1
)

select * from final
