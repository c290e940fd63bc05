-- Title: 季度统计复核
-- Answers: Each figure of the newest quarter beside the same figure counted again from the patents and events behind it.
with
newest as (
    select max(period) as period from fct_quarterly_statistics
),

recounted as (
    select
        period,
        count(*) filter (where is_transferred_in_quarter) as transfers,
        count(*) filter (where is_licensed_in_quarter) as licence_recordals,
        count(*) filter (where is_implemented and is_in_force_at_end) as implementation,
        count(*) filter (where is_industrialised and is_in_force_at_end) as industrialisation,
        count(*) filter (where is_product_recorded_in_quarter) as product_recordals
    from fct_quarter_patents
    group by period
)

select
    figures.quarter,
    figures.statistic_id,
    figures.definition_version,
    figures.numerator_count,
    figures.denominator_count,
    figures.event_count,
    case figures.statistic_id
        when 'transfers' then recounted.transfers
        when 'licence_recordals' then recounted.licence_recordals
        when 'implementation' then recounted.implementation
        when 'industrialisation' then recounted.industrialisation
        when 'product_recordals' then recounted.product_recordals
    end as recounted_numerator,
    figures.is_quarter_frozen
from fct_quarterly_statistics as figures
inner join newest on figures.period = newest.period
inner join recounted on figures.period = recounted.period
where figures.scope_kind = 'national'
order by figures.statistic_id
