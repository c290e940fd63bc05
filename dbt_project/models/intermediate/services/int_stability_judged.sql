-- Grain: One row per patent of the base library in force, with the strongest evidence that its right is stable.
-- An official evaluation report counts most, then a survived request for invalidity, then an analysis of one's own.
with
periods as (
    select * from {{ ref('int_periods') }}
    where months_back = 0
),

patents as (
    select * from {{ ref('int_patents_described') }}
    where is_base_library and is_in_force
),

shown as (
    select * from {{ ref('int_stability_shown') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by period, patent_no
            order by
                case stability_evidence
                    when 'evaluation_report' then 1
                    when 'invalidity_survived' then 2
                    else 3
                end asc,
                stability_evidence asc
        ) as strength
    from shown
),

final as (
    select
        patents.period,
        patents.patent_no,
        patents.patent_type,
        coalesce(ranked.stability_evidence, 'none') as stability_evidence,
        ranked.stability_outcome,
        ranked.issued_on,
        ranked.document_no,
        ranked.data_origin as evidence_origin,
        patents.patent_type = 'invention'
        or coalesce(
            ranked.stability_evidence in ('evaluation_report', 'invalidity_survived')
            and ranked.stability_outcome in ('stable', 'partly'),
            false
        ) as is_stability_shown
    from patents
    inner join periods on patents.period = periods.period
    left join ranked
        on
            patents.period = ranked.period
            and patents.patent_no = ranked.patent_no
            and ranked.strength = 1
)

select * from final
