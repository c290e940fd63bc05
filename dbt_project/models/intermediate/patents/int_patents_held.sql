-- Grain: One row per period and patent, with its owners on the month's last day.
with
patents as (
    select * from {{ ref('stg_grants__patents') }}
),

final as (
    select
        period,
        patent_no,
        owners,
        owners as origin_owners
    from patents
)

select * from final
