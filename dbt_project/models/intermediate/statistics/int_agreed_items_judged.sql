-- Grain: One row per consulted quarter and item that was agreed by the end of the quarter.
-- It stands as it stood then: what was closed later was open, and what was due by then and open is overdue.
with
items as (
    select * from {{ ref('stg_consultations__agreed_items') }}
),

quarters as (
    select * from {{ ref('int_quarters') }}
    where is_current
),

final as (
    select
        quarters.quarter,
        items.consulted_quarter,
        items.agreed_no,
        items.consulted_on,
        items.agreed_text,
        items.responsible_unit,
        items.agreed_due_on,
        case
            when items.agreed_status != 'open' and coalesce(items.closed_on <= quarters.quarter_end, true)
                then items.agreed_status
            when items.agreed_due_on <= quarters.quarter_end then 'overdue'
            else 'open'
        end as agreed_standing,
        items.closed_on,
        items.agreed_note,
        items.data_origin
    from items
    inner join quarters on items.consulted_on <= quarters.quarter_end
)

select * from final
