-- Grain: One row per patent and emerging industry of which an IPC symbol or the title speaks, in the period.
with
matches as (
    select * from {{ ref('int_patent_industries_matched') }}
    where period = '{{ var("period") }}'
),

patents as (
    select * from {{ ref('dim_patents') }}
),

final as (
    select
        matches.period,
        matches.patent_no,
        matches.industry_position,
        patents.title,
        patents.institution_id,
        matches.sei_code,
        matches.sei_name,
        matches.sei_industry,
        matches.sei_evidence,
        matches.ipc_symbol,
        matches.read_as,
        matches.ipc_pattern,
        matches.match_level,
        matches.sei_keyword,
        matches.priority_rank is not null as is_key_industry,
        patents.data_origin
    from matches
    inner join patents on matches.patent_no = patents.patent_no
)

select * from final
