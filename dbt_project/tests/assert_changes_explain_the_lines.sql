-- Lines of the month before, plus additions, less removals, are the lines of the period.
with
released_lines as (
    select * from {{ ref('int_lines_compiled') }}
),

changes as (
    select * from {{ ref('fct_dispatch_changes') }}
),

expected as (
    select patent_no
    from released_lines
    where period != '{{ var("period") }}'
    union all
    select patent_no
    from changes
    where change_kind = 'ADD'
    except all
    select patent_no
    from changes
    where change_kind = 'DEL'
),

actual as (
    select patent_no
    from released_lines
    where period = '{{ var("period") }}'
),

final as (
    select
        expected.patent_no as expected_no,
        actual.patent_no as actual_no
    from expected
    full outer join actual on expected.patent_no = actual.patent_no
    where
        expected.patent_no is null
        or actual.patent_no is null
)

select * from final
