-- Grain: One row per patent in force at the quarter's end and stage between stock and product that it has reached.
-- Stages are counted each by itself: a patent may be sold without having been pushed.
with
patents as (
    select * from {{ ref('fct_quarter_patents') }}
    where is_in_force_at_end
),

told as (
    select * from {{ ref('int_quarter_stages') }}
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
        quarter_stage,
        data_origin
    from told
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
