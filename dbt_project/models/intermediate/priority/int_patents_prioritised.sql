-- Grain: One row per period and patent, with its IPC subclass, its emerging industry and whether it comes first.
-- A priority marks and orders; no screening rule reads it.
with
patents as (
    select * from {{ ref('int_patents_described') }}
),

ipc_subclasses as (
    select * from {{ ref('ipc_subclasses') }}
),

matches as (
    select * from {{ ref('int_patent_industries_matched') }}
    where industry_position = 1
),

disciplines as (
    select
        measured.*,
        grounds.priority_rank
    from {{ ref('int_disciplines_measured') }} as measured
    inner join {{ ref('priority_grounds') }} as grounds on grounds.ground = 'strong_discipline'
    where measured.is_strong_discipline
),

priority_types as (
    select * from {{ ref('word_lists') }}
    where list_name = 'priority_patent_type'
),

joined as (
    select
        patents.period,
        patents.patent_no,
        patents.field_name,
        patents.data_origin,
        ipc_subclasses.ipc_subclass,
        ipc_subclasses.subclass_title as ipc_subclass_title,
        matches.sei_code,
        matches.sei_name,
        matches.sei_industry,
        matches.sei_evidence,
        matches.ipc_symbol,
        matches.read_as,
        matches.ipc_pattern,
        matches.sei_keyword,
        disciplines.discipline_patent_count,
        disciplines.discipline_strength,
        coalesce(disciplines.library_real_patent_count < disciplines.library_patent_count, false) as is_discipline_simulated,
        case when patents.is_base_library and priority_types.word is not null then matches.priority_rank end
            as industry_rank,
        case when priority_types.word is not null and not patents.has_military_owner then disciplines.priority_rank end
            as discipline_rank
    from patents
    left join ipc_subclasses on left(patents.main_ipc, 4) = ipc_subclasses.ipc_subclass
    left join matches
        on
            patents.period = matches.period
            and patents.patent_no = matches.patent_no
    left join disciplines
        on
            patents.period = disciplines.period
            and patents.institution_id = disciplines.institution_id
            and patents.field_no = disciplines.field_no
    left join priority_types on patents.patent_type = priority_types.word
),

worded as (
    select
        *,
        coalesce(industry_rank, discipline_rank) is not null as is_priority,
        least(industry_rank, discipline_rank) as priority_rank,
        '属' || sei_code || ' ' || sei_name || '：' || concat_ws(
            '，',
            'IPC ' || ipc_symbol || coalesce('（对应' || read_as || '）', '') || ' 符合 ' || ipc_pattern,
            '名称含“' || sei_keyword || '”'
        ) as industry_text,
        '优势学科 ' || field_name || '：有效专利' || cast(discipline_patent_count as varchar) || '件，强度'
        || {{ two_decimals('discipline_strength') }} as discipline_text
    from joined
),

final as (
    select
        period,
        patent_no,
        ipc_subclass,
        ipc_subclass_title,
        sei_code,
        sei_name,
        sei_industry,
        sei_evidence,
        is_priority,
        priority_rank,
        case priority_rank
            when industry_rank then 'key_industry'
            when discipline_rank then 'strong_discipline'
        end as priority_ground,
        nullif(
            concat_ws(
                '；',
                case when industry_rank is not null then industry_text end,
                case when discipline_rank is not null then discipline_text end
            ), ''
        ) as priority_evidence,
        case
            when data_origin = 'real' and is_discipline_simulated and discipline_rank is not null
                then case
                    when industry_rank is null then 'is_priority|priority_evidence|priority_rank'
                    else 'priority_evidence'
                end
        end as simulated_fields
    from worded
)

select * from final
