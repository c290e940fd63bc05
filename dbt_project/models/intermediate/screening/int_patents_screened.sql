-- Grain: One row per period and patent of the base library, with its disposition.
-- The right itself is judged first, then Form 1, then the assessment; one stage excludes, for all its reasons there.
with
flags as (
    select * from {{ ref('int_screening_flags') }}
),

failures as (
    select * from {{ ref('int_screening_rules_failed') }}
),

categorised as (
    select * from {{ ref('int_patents_categorised') }}
),

blocked as (
    select
        period,
        patent_no,
        bool_or(stage = 'right') as is_right_blocked,
        bool_or(stage = 'assessment') as is_assessment_blocked
    from failures
    where severity = 'block'
    group by period, patent_no
),

disposed as (
    select
        flags.period,
        flags.patent_no,
        flags.is_inventoried,
        categorised.form1_category,
        categorised.form1_label,
        categorised.relicensable,
        case
            when blocked.is_right_blocked then 'excluded'
            when categorised.form1_category is not null then 'form_1'
            when blocked.is_assessment_blocked then 'excluded'
            else 'form_2'
        end as disposition,
        case when blocked.is_right_blocked then 'right' else 'assessment' end as deciding_stage
    from flags
    left join blocked
        on
            flags.period = blocked.period
            and flags.patent_no = blocked.patent_no
    left join categorised
        on
            flags.period = categorised.period
            and flags.patent_no = categorised.patent_no
),

-- What an institution is told: why a patent is excluded, and what is missing in one that stays.
told as (
    select
        disposed.period,
        disposed.patent_no,
        failures.rule_id,
        failures.label,
        failures.next_step,
        failures.severity,
        failures.stage,
        row_number() over (
            partition by disposed.period, disposed.patent_no
            order by failures.severity, failures.precedence
        ) as standing
    from disposed
    inner join failures
        on
            disposed.period = failures.period
            and disposed.patent_no = failures.patent_no
            and disposed.deciding_stage = case failures.stage when 'right' then 'right' else 'assessment' end
    where disposed.disposition != 'form_1' or failures.stage = 'declaration'
),

reasons as (
    select
        period,
        patent_no,
        {{ dbt.listagg(
            "case when standing = 1 or stage = 'declaration' then next_step end", "''", "order by standing"
        ) }} as next_step,
        {{ dbt.listagg("case when severity = 'block' then rule_id end", "'|'", "order by rule_id") }} as reasons,
        {{ dbt.listagg("case when severity = 'block' then label end", "'、'", "order by standing") }} as reason_labels
    from told
    group by period, patent_no
),

final as (
    select
        disposed.period,
        disposed.patent_no,
        disposed.is_inventoried,
        disposed.disposition,
        case when disposed.disposition = 'form_1' then disposed.form1_category end as form1_category,
        case when disposed.disposition = 'form_1' then disposed.form1_label end as form1_label,
        disposed.disposition = 'form_2'
        or disposed.disposition = 'form_1' and disposed.relicensable as relicensable,
        case when disposed.disposition = 'excluded' then disposed.deciding_stage end as excluding_stage,
        reasons.reasons,
        reasons.reason_labels,
        reasons.next_step
    from disposed
    left join reasons
        on
            disposed.period = reasons.period
            and disposed.patent_no = reasons.patent_no
)

select * from final
