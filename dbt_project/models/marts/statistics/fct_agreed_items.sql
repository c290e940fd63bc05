-- Grain: One row per consulted quarter and item that was agreed by the end of the quarter.
with
items as (
    select * from {{ ref('int_agreed_items_judged') }}
),

final as (
    select
        '{{ var("period") }}' as period,
        quarter,
        consulted_quarter,
        agreed_no,
        consulted_on,
        agreed_text,
        responsible_unit,
        agreed_due_on,
        agreed_standing,
        closed_on,
        agreed_note,
        data_origin
    from items
)

select * from final
