-- Grain: One row per period, patent and emerging industry of which an IPC symbol or the title speaks.
-- Patents of military units are left out: their titles are withheld, and so is what a title says.
with
patents as (
    select reports.*
    from {{ ref('stg_grants__patents') }} as reports
    inner join {{ ref('int_patents_owned') }} as held
        on
            reports.period = held.period
            and reports.patent_no = held.patent_no
    where not held.has_military_owner
),

symbol_lists as (
    select * from {{ ref('int_symbol_lists_matched') }}
),

titles as (
    select * from {{ ref('int_titles_matched') }}
),

industries as (
    select * from {{ ref('sei_industries') }}
),

grounds as (
    select * from {{ ref('priority_grounds') }}
    where ground = 'key_industry'
),

by_symbol as (
    select
        patents.period,
        patents.patent_no,
        patents.title,
        symbol_lists.sei_code,
        symbol_lists.ipc_symbol,
        symbol_lists.symbol_position,
        symbol_lists.read_as,
        symbol_lists.ipc_pattern,
        symbol_lists.match_level
    from patents
    inner join symbol_lists on patents.ipc_codes = symbol_lists.ipc_codes
),

by_title as (
    select
        patents.period,
        patents.patent_no,
        titles.sei_code,
        titles.sei_keyword
    from patents
    inner join titles on patents.title = titles.title
),

joined as (
    select
        coalesce(by_symbol.period, by_title.period) as period,
        coalesce(by_symbol.patent_no, by_title.patent_no) as patent_no,
        coalesce(by_symbol.sei_code, by_title.sei_code) as sei_code,
        case
            when by_title.sei_code is null then 'ipc'
            when by_symbol.sei_code is null then 'keyword'
            else 'ipc_and_keyword'
        end as sei_evidence,
        by_symbol.ipc_symbol,
        by_symbol.symbol_position,
        by_symbol.read_as,
        by_symbol.ipc_pattern,
        by_symbol.match_level,
        by_title.sei_keyword
    from by_symbol
    full join by_title
        on
            by_symbol.period = by_title.period
            and by_symbol.patent_no = by_title.patent_no
            and by_symbol.sei_code = by_title.sei_code
),

graded as (
    select
        joined.*,
        industries.sei_name,
        industries.industry_name as sei_industry,
        grounds.priority_rank
    from joined
    inner join industries on joined.sei_code = industries.sei_code
    left join grounds
        on
            joined.sei_evidence = grounds.sei_evidence
            and coalesce(joined.match_level, 'none') = grounds.match_level
),

-- What gives a priority comes first, then evidence of both kinds, then the main symbol, then the closer pattern.
final as (
    select
        period,
        patent_no,
        row_number() over (
            partition by period, patent_no
            order by
                coalesce(priority_rank, 99),
                case sei_evidence when 'ipc_and_keyword' then 1 when 'ipc' then 2 else 3 end,
                symbol_position,
                -length(ipc_pattern),
                -length(sei_keyword),
                sei_code
        ) as industry_position,
        sei_code,
        sei_name,
        sei_industry,
        sei_evidence,
        priority_rank,
        ipc_symbol,
        read_as,
        ipc_pattern,
        match_level,
        sei_keyword
    from graded
)

select * from final
