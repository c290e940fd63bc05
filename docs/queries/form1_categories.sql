-- Title: 表一各类别
-- Answers: Patents of Form 1 by city and main category, and how many of the licensed ones may be licensed again.
select
    city_name,
    form1_category,
    count(*) as patents,
    count(*) filter (is_licensed) as licensed,
    count(*) filter (is_licensed and relicensable) as relicensable
from fct_form1_entries
where period = (select max(period) from fct_form1_entries)
group by city_code, city_name, form1_category
order by city_code, patents desc, form1_category
