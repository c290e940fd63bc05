-- Grain: One row per patent and stage between stock and deal that it has reached by the quarter's end, as the month tells it.
with
entries as (
    select * from {{ ref('int_entries_attributed') }}
    where
        period = '{{ var("period") }}'
        and unmatched_reason is null
),

pushes as (
    select * from {{ ref('stg_dispatches__pushes') }}
    where period = '{{ var("period") }}'
),

evaluations as (
    select * from {{ ref('stg_evaluations__evaluations') }}
    where period = '{{ var("period") }}'
),

screened as (
    select * from {{ ref('int_patents_screened') }}
    where
        period = '{{ var("period") }}'
        and relicensable
),

tiers as (
    select * from {{ ref('int_tiers_held') }}
    where
        period = '{{ var("period") }}'
        and tier in ('T1', 'T2')
),

steps as (
    select * from {{ ref('int_conversion_steps') }}
    where
        period = '{{ var("period") }}'
        and conversion_stage in ('intent', 'contracted')
),

told as (
    select
        patent_no,
        'inventoried' as quarter_stage,
        data_origin
    from entries
    union all
    select
        patent_no,
        'pushed' as quarter_stage,
        data_origin
    from pushes
    union all
    select
        patent_no,
        'evaluated' as quarter_stage,
        data_origin
    from evaluations
    union all
    select
        patent_no,
        case conversion_stage when 'intent' then 'interested' else 'contracted' end as quarter_stage,
        case when is_simulated then 'simulated' else 'real' end as data_origin
    from steps
    union all
    select
        entries.patent_no,
        'convertible' as quarter_stage,
        entries.data_origin
    from entries
    inner join screened on entries.patent_no = screened.patent_no
    union all
    select
        entries.patent_no,
        'graded' as quarter_stage,
        entries.data_origin
    from entries
    inner join tiers on entries.patent_no = tiers.patent_no
    union all
    select
        evaluations.patent_no,
        'graded' as quarter_stage,
        evaluations.data_origin
    from evaluations
    inner join tiers on evaluations.patent_no = tiers.patent_no
),

final as (
    select
        patent_no,
        quarter_stage,
        case when bool_and(data_origin = 'real') then 'real' else 'simulated' end as data_origin
    from told
    group by patent_no, quarter_stage
)

select * from final
