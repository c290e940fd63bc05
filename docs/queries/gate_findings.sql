-- Title: 质检发现
-- Answers: Checks that did not pass in a published month, with what was observed against what is allowed.
select
    period,
    gate,
    check_id,
    severity,
    outcome,
    observed,
    threshold,
    failing_rows,
    message
from fct_gate_results
where outcome <> 'pass'
order by period, gate, check_id
