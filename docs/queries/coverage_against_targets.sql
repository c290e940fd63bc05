-- Title: 盘点进度与目标
-- Answers: Which provinces and kinds of institution are behind the inventory target in effect, and when they will reach it at their pace.
select
    period,
    scope_kind,
    scope_name,
    stock_patent_count,
    inventoried_patent_count,
    coverage_rate,
    target_due_date,
    gap_patent_count,
    target_status,
    projected_target_date
from fct_coverage
where scope_kind in ('national', 'province', 'institution_kind', 'ip_university_role')
order by period, scope_kind, scope_code
