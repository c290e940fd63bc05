-- Title: 转化漏斗
-- Answers: How many patents have reached each stage of conversion by the month, and how many stand there now.
with
reached as (
    select period, patent_no, conversion_stage, unnest(string_split(coalesce(stages_reached, 'unmatched'), '|')) as stage
    from fct_conversion_stages
)

select
    period,
    stage,
    count(*) as reached_patents,
    count(*) filter (stage = conversion_stage) as standing_patents
from reached
group by period, stage
order by period, reached_patents desc, stage
