-- Grain: One row per period and load about which its sender has something to do.
with
submissions as (
    select * from {{ ref('int_submissions_settled') }}
),

rules as (
    select * from {{ ref('intake_rules') }}
),

findings as (
    select
        period,
        load_id,
        'unknown_sender' as rule_id
    from submissions
    where not is_known_sender
    union all
    select
        period,
        load_id,
        'file_rejected' as rule_id
    from submissions
    where load_status = 'rejected' and is_open
    union all
    select
        period,
        load_id,
        'rows_open' as rule_id
    from submissions
    where open_count > 0
    union all
    select
        period,
        load_id,
        'entries_unmatched' as rule_id
    from submissions
    where unmatched_patent_count > 0
),

final as (
    select
        findings.period,
        findings.load_id,
        {{ dbt.listagg("rules.rule_id", "'|'", "order by rules.rule_id") }} as findings,
        {{ dbt.listagg("rules.next_step", "''", "order by rules.precedence") }} as next_step
    from findings
    inner join rules on findings.rule_id = rules.rule_id
    group by findings.period, findings.load_id
)

select * from final
