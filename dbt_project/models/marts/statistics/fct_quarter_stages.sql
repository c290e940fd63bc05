-- Grain: One row per patent in force at the quarter's end and stage between stock and product that it has reached.
-- Stages are counted each by itself: a patent may be sold without having been pushed.
with
patents as (
    select * from {{ ref('fct_quarter_patents') }}
    where is_in_force_at_end
),

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

reached as (
    select
        patent_no,
        'stock' as quarter_stage,
        data_origin
    from patents
    union all
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
        'concluded' as quarter_stage,
        data_origin
    from patents
    where is_transferred_in_quarter or is_licensed_in_quarter
    union all
    select
        patent_no,
        'implemented' as quarter_stage,
        data_origin
    from patents
    where is_implemented
    union all
    select
        patent_no,
        'industrialised' as quarter_stage,
        data_origin
    from patents
    where is_industrialised
    union all
    select
        patent_no,
        'product_recorded' as quarter_stage,
        data_origin
    from patents
    where is_product_recorded_in_quarter
),

final as (
    select
        patents.period,
        patents.quarter,
        patents.patent_no,
        reached.quarter_stage,
        case
            when bool_and(reached.data_origin = 'real') and patents.data_origin = 'real' then 'real'
            else 'simulated'
        end as data_origin
    from patents
    inner join reached on patents.patent_no = reached.patent_no
    group by
        patents.period,
        patents.quarter,
        patents.patent_no,
        reached.quarter_stage,
        patents.data_origin
)

select * from final
