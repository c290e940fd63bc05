-- Grain: One row per institution, balance and cause of the period: by how many patents it moved since the month before.
with
moves as (
    select * from {{ ref('int_stock_moves') }}
),

institutions as (
    select * from {{ ref('dim_institutions') }}
),

patents as (
    select * from {{ ref('int_patents_described') }}
    where period = '{{ var("period") }}'
),

final as (
    select
        moves.period,
        moves.institution_id,
        institutions.institution_name,
        institutions.province_code,
        institutions.city_code,
        moves.balance,
        moves.change_cause,
        cast(sum(moves.signed_count) as bigint) as moved_patent_count,
        cast(sum(case when patents.data_origin = 'real' then moves.signed_count else 0 end) as bigint)
            as moved_real_patent_count,
        cast(sum(case when patents.data_origin = 'real' then 0 else moves.signed_count end) as bigint)
            as moved_simulated_patent_count
    from moves
    inner join institutions on moves.institution_id = institutions.institution_id
    inner join patents on moves.patent_no = patents.patent_no
    group by
        moves.period, moves.institution_id, institutions.institution_name, institutions.province_code,
        institutions.city_code, moves.balance, moves.change_cause
)

select * from final
