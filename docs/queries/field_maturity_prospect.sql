-- Title: 技术领域×成熟阶段×前景
-- Answers: Convertible patents by technical field and maturity stage, split by the institution's prospect and by the market's.
select
    coalesce(field_name, '未分类') as field_name,
    maturity_stage,
    sum(cell_patent_count)::bigint as patents,
    coalesce(sum(cell_patent_count) filter (prospect_level = 'high'), 0)::bigint as own_high,
    coalesce(sum(cell_patent_count) filter (prospect_level = 'medium'), 0)::bigint as own_medium,
    coalesce(sum(cell_patent_count) filter (prospect_level = 'low'), 0)::bigint as own_low,
    coalesce(sum(cell_patent_count) filter (market_prospect = 'strong'), 0)::bigint as market_strong,
    coalesce(sum(cell_patent_count) filter (market_prospect = 'fair'), 0)::bigint as market_fair,
    coalesce(sum(cell_patent_count) filter (market_prospect = 'weak'), 0)::bigint as market_weak,
    coalesce(sum(cell_patent_count) filter (market_prospect = 'unrated'), 0)::bigint as unrated
from fct_library_cells
where period = (select max(period) from fct_library_cells)
group by field_no, field_name, maturity_stage
order by field_no nulls last, maturity_stage
