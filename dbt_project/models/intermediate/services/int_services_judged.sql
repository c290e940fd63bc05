-- Grain: One row per patent of the base library in force and service, with what it misses.
{% set criteria = service_criterion_ids() %}

with
qualified as (
    select * from {{ ref('int_patents_qualified') }}
),

asked as (
    select * from {{ ref('service_criteria') }}
),

met as (
    {{ true_flags('qualified', ['period', 'patent_no'], 'meets_', criteria, 'criterion') }}
),

pairs as (
    select
        qualified.period,
        qualified.patent_no,
        asked.service,
        asked.criterion,
        asked.criterion_label,
        met.criterion is not null as is_met
    from qualified
    cross join asked
    left join met
        on
            qualified.period = met.period
            and qualified.patent_no = met.patent_no
            and asked.criterion = met.criterion
),

final as (
    select
        period,
        patent_no,
        service,
        count(*) as criterion_count,
        cast(sum(case when is_met then 0 else 1 end) as bigint) as missed_criterion_count,
        {{ dbt.listagg("case when not is_met then criterion end", "'|'", "order by criterion") }} as missed_criteria,
        {{ dbt.listagg("case when not is_met then criterion_label end", "'、'", "order by criterion") }} as missed_labels
    from pairs
    group by period, patent_no, service
)

select * from final
