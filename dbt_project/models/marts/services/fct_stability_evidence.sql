-- Grain: One row per utility model or design of the base library in force at the month's end.
with
stability as (
    select * from {{ ref('int_stability_judged') }}
    where patent_type != 'invention'
),

patents as (
    select * from {{ ref('dim_patents') }}
),

pushable as (
    select * from {{ ref('fct_pushable_patents') }}
    where push_barrier is null
),

final as (
    select
        stability.period,
        stability.patent_no,
        patents.title,
        patents.patent_type,
        patents.institution_id,
        patents.institution_name,
        patents.province_code,
        patents.city_code,
        pushable.patent_no is not null as is_pushable,
        stability.stability_evidence,
        stability.stability_outcome,
        stability.issued_on,
        stability.document_no,
        stability.is_stability_shown,
        patents.data_origin,
        {{ merge_lists([
            'patents.simulated_fields',
            "case when stability.evidence_origin = 'simulated' and patents.data_origin = 'real' then "
            ~ "'document_no|is_stability_shown|issued_on|stability_evidence|stability_outcome' end",
        ]) }} as simulated_fields
    from stability
    inner join patents on stability.patent_no = patents.patent_no
    left join pushable on stability.patent_no = pushable.patent_no
)

select * from final
