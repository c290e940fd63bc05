-- Grain: One row per patent of Form 2 in the period, numbered within the city of its reporting institution.
with
form2_entries as (
    select * from {{ ref('fct_form2_entries') }}
),

tiers as (
    select * from {{ ref('fct_tiers') }}
),

contested as (
    select * from {{ ref('int_entries_contested') }}
    where period = '{{ var("period") }}'
),

final as (
    select
        form2_entries.period,
        form2_entries.patent_no,
        row_number() over (
            partition by form2_entries.city_code
            order by
                coalesce(form2_entries.field_no, 99),
                coalesce(form2_entries.priority_rank, 99),
                form2_entries.institution_id,
                form2_entries.patent_no
        ) as entry_no,
        form2_entries.title,
        form2_entries.patent_type,
        form2_entries.institution_id,
        form2_entries.institution_name,
        form2_entries.co_owner_institutions,
        form2_entries.province_code,
        form2_entries.province_name,
        form2_entries.city_code,
        form2_entries.city_name,
        form2_entries.field_no,
        form2_entries.field_name,
        form2_entries.main_ipc,
        form2_entries.ipc_subclass,
        form2_entries.ipc_subclass_title,
        form2_entries.sei_code,
        form2_entries.sei_name,
        form2_entries.sei_evidence,
        form2_entries.is_priority,
        form2_entries.priority_rank,
        form2_entries.priority_ground,
        form2_entries.priority_evidence,
        form2_entries.maturity_word,
        form2_entries.trl,
        form2_entries.application_scenario,
        form2_entries.prospect_level,
        form2_entries.intent,
        tiers.tier,
        tiers.conversion_stage,
        contested.sender_names || '也填报了本专利，未计入：由第一权利单位填报' as ledger_remark,
        form2_entries.data_origin,
        form2_entries.simulated_fields
    from form2_entries
    inner join tiers on form2_entries.patent_no = tiers.patent_no
    left join contested on form2_entries.patent_no = contested.patent_no
)

select * from final
