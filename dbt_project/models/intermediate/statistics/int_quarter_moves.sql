-- Grain: One row per patent and institution whose stock it changed between both ends of the quarter, with the cause.
with
stock as (
    select
        *,
        cast({{ dbt.dateadd('day', -1, 'quarter_start') }} as date) as previous_end
    from {{ ref('int_quarter_stock') }}
),

explained as (
    select
        *,
        coalesce(institution_id, '') != coalesce(previous_institution_id, '') as has_moved,
        {{ cause_in('previous_end') }} as cause_in,
        {{ cause_out() }} as cause_out
    from stock
),

final as (
    select
        period,
        patent_no,
        institution_id,
        cause_in as change_cause,
        1 as signed_count
    from explained
    where is_stock and (not was_stock or has_moved)
    union all
    select
        period,
        patent_no,
        previous_institution_id as institution_id,
        cause_out as change_cause,
        -1 as signed_count
    from explained
    where was_stock and (not is_stock or has_moved)
)

select * from final
