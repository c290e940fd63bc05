-- Grain: One row per period and patent of the base library, with the furthest stage of conversion that evidence shows.
with
patents as (
    select * from {{ ref('int_patents_described') }}
    where is_base_library
),

steps as (
    select
        *,
        evidence_label || coalesce('（' || cast(shown_on as varchar) || '）', '') as wording
    from {{ ref('int_conversion_steps') }}
),

stages as (
    select
        period,
        patent_no,
        conversion_stage,
        stage_order,
        min(shown_on) as reached_on,
        bool_or(is_simulated) as is_simulated,
        {{ dbt.listagg('wording', "'；'", 'order by evidence_code') }} as stage_evidence,
        {{ dbt.listagg('evidence_code', "'|'", 'order by evidence_code') }} as evidence_codes,
        row_number() over (partition by period, patent_no order by stage_order desc) as standing
    from steps
    group by period, patent_no, conversion_stage, stage_order
),

ways as (
    select
        period,
        patent_no,
        {{ dbt.listagg('conversion_stage', "'|'", 'order by stage_order') }} as stages_reached
    from stages
    group by period, patent_no
),

final as (
    select
        patents.period,
        patents.patent_no,
        coalesce(stages.conversion_stage, '{{ first_conversion_stage() }}') as conversion_stage,
        ways.stages_reached,
        stages.reached_on as stage_reached_on,
        stages.stage_evidence,
        stages.evidence_codes,
        coalesce(stages.is_simulated, false) as is_stage_simulated
    from patents
    left join stages
        on
            patents.period = stages.period
            and patents.patent_no = stages.patent_no
            and stages.standing = 1
    left join ways
        on
            patents.period = ways.period
            and patents.patent_no = ways.patent_no
)

select * from final
