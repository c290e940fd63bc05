-- Grain: One row per period, patent and owner on the month's last day.
with
held as (
    select * from {{ ref('int_patents_held') }}
),

final as (
    select
        period,
        patent_no,
        {{ explode_list('owners', 'owner_name', 'owner_position') }}
    from held
)

select * from final
