-- Grain: One row per patent of the base library in force at the month's end and service.
with
judged as (
    select * from {{ ref('int_services_judged') }}
),

patents as (
    select * from {{ ref('dim_patents') }}
),

entries as (
    select * from {{ ref('fct_inventory_entries') }}
),

tiers as (
    select * from {{ ref('fct_tiers') }}
),

stages as (
    select * from {{ ref('fct_conversion_stages') }}
),

offers as (
    select * from {{ ref('int_open_licences_offered') }}
),

stability as (
    select * from {{ ref('int_stability_judged') }}
),

burdens as (
    select * from {{ ref('int_burdens_standing') }}
),

burdened as (
    select
        patent_no,
        bool_or(is_simulated) as is_simulated
    from burdens
    group by patent_no
),

invented as (
    select
        patents.patent_no,
        coalesce(entries.data_origin = 'simulated', false)
        or coalesce(offers.data_origin = 'simulated', false)
        or coalesce(stability.evidence_origin = 'simulated', false)
        or coalesce(burdened.is_simulated, false)
        or coalesce(tiers.simulated_fields like '%tier%', false)
        or coalesce(stages.simulated_fields like '%conversion_stage%', false) as is_simulated
    from patents
    left join entries on patents.patent_no = entries.patent_no
    left join tiers on patents.patent_no = tiers.patent_no
    left join stages on patents.patent_no = stages.patent_no
    left join offers on patents.patent_no = offers.patent_no
    left join stability on patents.patent_no = stability.patent_no
    left join burdened on patents.patent_no = burdened.patent_no
),

final as (
    select
        judged.period,
        judged.patent_no,
        judged.service,
        patents.title,
        patents.patent_type,
        patents.institution_id,
        patents.institution_name,
        patents.province_code,
        patents.city_code,
        judged.missed_criterion_count = 0 as is_suggested,
        judged.criterion_count,
        judged.missed_criterion_count,
        judged.missed_criteria,
        judged.missed_labels,
        patents.data_origin,
        {{ merge_lists([
            'patents.simulated_fields',
            "case when invented.is_simulated and patents.data_origin = 'real'"
            ~ " then 'is_suggested|missed_criteria|missed_criterion_count|missed_labels' end",
        ]) }} as simulated_fields
    from judged
    inner join patents on judged.patent_no = patents.patent_no
    inner join invented on judged.patent_no = invented.patent_no
)

select * from final
