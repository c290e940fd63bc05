-- Grain: One row per patent and stage between stock and deal that somebody has told of by the quarter's end.
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
