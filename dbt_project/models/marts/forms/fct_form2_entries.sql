-- Grain: One row per patent of Form 2 in the period, numbered within its institution by technology field and priority.
with
released_lines as (
    select * from {{ ref('fct_dispatch_lines') }}
),

co_owned as (
    select * from {{ ref('int_patents_co_owned') }}
    where period = '{{ var("period") }}'
),

patents as (
    select * from {{ ref('dim_patents') }}
),

entries as (
    select * from {{ ref('fct_inventory_entries') }}
),

final as (
    select
        released_lines.period,
        released_lines.patent_no,
        row_number() over (
            partition by released_lines.institution_id
            order by
                coalesce(released_lines.field_no, 99),
                coalesce(released_lines.priority_rank, 99),
                released_lines.patent_no
        ) as entry_no,
        row_number() over (
            partition by released_lines.institution_id, released_lines.field_no
            order by coalesce(released_lines.priority_rank, 99), released_lines.patent_no
        ) as field_entry_no,
        released_lines.field_no,
        released_lines.field_name,
        released_lines.main_ipc,
        released_lines.ipc_subclass,
        released_lines.ipc_subclass_title,
        released_lines.sei_code,
        released_lines.sei_name,
        released_lines.sei_evidence,
        released_lines.is_priority,
        released_lines.priority_rank,
        released_lines.priority_ground,
        released_lines.priority_evidence,
        released_lines.title,
        released_lines.patent_type,
        released_lines.filing_date,
        released_lines.grant_date,
        released_lines.expiry_date,
        released_lines.owners,
        co_owned.co_owner_institutions,
        released_lines.institution_id,
        released_lines.institution_name,
        released_lines.province_code,
        released_lines.province_name,
        released_lines.city_code,
        released_lines.city_name,
        patents.cohort,
        released_lines.maturity_word,
        entries.maturity_scheme,
        released_lines.trl,
        released_lines.application_scenario,
        released_lines.prospect_level,
        released_lines.intent,
        entries.implementation_status,
        entries.implementation_date,
        entries.implementation_evidence,
        released_lines.data_origin,
        {{ merge_lists([
            'released_lines.simulated_fields',
            "case when entries.data_origin = 'simulated' then " ~ form_columns_of_entry() ~ " end",
        ]) }} as simulated_fields
    from released_lines
    inner join co_owned on released_lines.patent_no = co_owned.patent_no
    inner join patents on released_lines.patent_no = patents.patent_no
    inner join entries on released_lines.patent_no = entries.patent_no
)

select * from final
