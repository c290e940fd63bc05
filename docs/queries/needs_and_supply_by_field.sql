-- Title: 各领域供需对照
-- Answers: Open needs of each technical field beside the T1 and T2 patents that could meet them.
with
needs as (
    select field_no, count(*) as open_needs, count(*) filter (response_count > 0) as answered_needs
    from fct_needs
    where period = (select max(period) from fct_needs) and need_status = 'open'
    group by field_no
),

supply as (
    select
        field_no,
        any_value(field_name) as field_name,
        coalesce(sum(cell_patent_count) filter (tier in ('T1', 'T2')), 0)::bigint as patents
    from fct_library_cells
    where period = (select max(period) from fct_library_cells)
    group by field_no
)

select
    coalesce(needs.field_no, supply.field_no, 0) as field_no,
    coalesce(supply.field_name, '未分类') as field_name,
    coalesce(needs.open_needs, 0) as open_needs,
    coalesce(needs.answered_needs, 0) as answered_needs,
    coalesce(supply.patents, 0) as t1_t2_patents
from needs
full join supply on needs.field_no is not distinct from supply.field_no
order by open_needs desc, 1
