-- Grain: One row per period, patent of the base library and screening rule in effect that it fails.
with
flags as (
    select * from {{ ref('int_screening_flags') }}
),

periods as (
    select * from {{ ref('int_periods') }}
),

screening_rules as (
    select * from {{ ref('screening_rules') }}
),

failures as (
    {{ true_flags('flags', ['period', 'patent_no'], 'fails_', screening_rule_ids(), 'rule_id') }}
),

final as (
    select
        failures.period,
        failures.patent_no,
        failures.rule_id,
        screening_rules.precedence,
        screening_rules.stage,
        screening_rules.severity,
        screening_rules.label,
        screening_rules.next_step
    from failures
    inner join periods on failures.period = periods.period
    inner join screening_rules
        on
            failures.rule_id = screening_rules.rule_id
            and periods.month_end between screening_rules.effective_from and screening_rules.effective_until
)

select * from final
