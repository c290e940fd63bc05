-- Title: 各报送单位退回行
-- Answers: Who has rows to mend, since when, and what is wrong with them most often.
with
rows_returned as (
    select sender_id, source, received_at, is_closed, unnest(string_split(problem_codes, '|')) as problem
    from fct_returned_rows
    where period = (select max(period) from fct_returned_rows)
)

select
    rows_returned.sender_id,
    any_value(institutions.institution_name) as sender_name,
    source,
    count(*) filter (not is_closed) as open_problems,
    count(*) filter (is_closed) as closed_problems,
    min(rows_returned.received_at) filter (not is_closed) as oldest_open,
    mode(problem) as most_frequent_problem
from rows_returned
left join dim_institutions as institutions
    on
        rows_returned.sender_id = institutions.institution_id
        and institutions.period = (select max(period) from dim_institutions)
group by rows_returned.sender_id, source
order by open_problems desc, rows_returned.sender_id, source
