-- Title: 各市分级件数
-- Answers: How many convertible patents each city has in each tier this month, with the province's total as the last line.
select
    province_name,
    coalesce(city_name, '全省合计') as city_name,
    sum(cell_patent_count)::bigint as patents,
    coalesce(sum(cell_patent_count) filter (tier = 'T1'), 0)::bigint as t1,
    coalesce(sum(cell_patent_count) filter (tier = 'T2'), 0)::bigint as t2,
    coalesce(sum(cell_patent_count) filter (tier = 'T3'), 0)::bigint as t3,
    coalesce(sum(cell_patent_count) filter (tier = 'T0'), 0)::bigint as t0,
    coalesce(sum(cell_patent_count) filter (tier = 'T4'), 0)::bigint as t4
from fct_library_cells
where period = (select max(period) from fct_library_cells)
group by grouping sets ((province_name, city_name), (province_name))
order by province_name, grouping(city_name), patents desc, city_name
