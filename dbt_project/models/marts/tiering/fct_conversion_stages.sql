-- Grain: One row per patent of the base library in the period.
with
stages as (
    select * from {{ ref('int_conversion_stages') }}
    where period = '{{ var("period") }}'
),

patents as (
    select * from {{ ref('dim_patents') }}
),

final as (
    select
        stages.period,
        stages.patent_no,
        patents.institution_id,
        stages.conversion_stage,
        stages.stages_reached,
        stages.stage_reached_on,
        stages.stage_evidence,
        stages.evidence_codes,
        patents.data_origin,
        {{ merge_lists([
            'patents.simulated_fields',
            "case when stages.is_stage_simulated and patents.data_origin = 'real'"
            ~ " then 'conversion_stage|evidence_codes|stage_evidence|stage_reached_on|stages_reached' end",
        ]) }} as simulated_fields
    from stages
    inner join patents on stages.patent_no = patents.patent_no
)

select * from final
