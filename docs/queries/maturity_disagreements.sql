-- Title: 单位与发明人成熟度不一致
-- Answers: Where the institution and the inventor put a patent two or more levels of readiness apart: whom to ask again.
select
    entries.patent_no,
    patents.title,
    patents.institution_name,
    entries.maturity_word,
    entries.trl,
    entries.inventor_maturity_word,
    entries.inventor_trl,
    entries.trl - entries.inventor_trl as difference
from fct_inventory_entries as entries
inner join dim_patents as patents using (period, patent_no)
where
    period = (select max(period) from fct_inventory_entries)
    and abs(entries.trl - entries.inventor_trl) >= 2
order by abs(difference) desc, entries.patent_no
