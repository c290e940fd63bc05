-- Grain: One row per patent, balance and institution whose count it changed since the month before, with the cause.
-- Two balances are kept: the stock, and what of it is inventoried. A patent that changed hands moves twice.
with
periods as (
    select * from {{ ref('int_periods') }}
    where months_back = 0
),

previous_periods as (
    select * from {{ ref('int_periods') }}
    where months_back = 1
),

patents as (
    select * from {{ ref('int_patents_described') }}
),

succeeded as (
    select * from {{ ref('int_institutions_succeeded') }}
),

stock_patents as (
    select * from {{ ref('int_stock_patents') }}
),

months as (
    select
        current_patents.period,
        previous_periods.month_end as previous_month_end,
        current_patents.patent_no,
        current_patents.institution_id,
        current_patents.legal_status,
        current_patents.grant_date,
        current_patents.not_in_force_reason,
        previous_patents.institution_id as previous_institution_id,
        current_patents.is_in_force,
        coalesce(
            succeeded.present_institution_id = current_patents.institution_id
            and succeeded.institution_id != current_patents.institution_id,
            false
        ) as is_reorganised,
        previous_patents.patent_no is not null as was_known,
        previous_patents.is_granted as was_granted,
        previous_patents.is_in_force as was_in_force,
        coalesce(current_stock.is_stock, false) as is_stock,
        coalesce(current_stock.is_stock and current_stock.is_inventoried, false) as is_inventoried,
        coalesce(previous_stock.is_stock, false) as was_stock,
        coalesce(previous_stock.is_stock and previous_stock.is_inventoried, false) as was_inventoried
    from patents as current_patents
    inner join periods on current_patents.period = periods.period
    inner join previous_periods on periods.previous_period = previous_periods.period
    left join patents as previous_patents
        on
            previous_periods.period = previous_patents.period
            and current_patents.patent_no = previous_patents.patent_no
    left join succeeded
        on
            periods.period = succeeded.period
            and previous_patents.institution_id = succeeded.institution_id
    left join stock_patents as current_stock
        on
            periods.period = current_stock.period
            and current_patents.patent_no = current_stock.patent_no
    left join stock_patents as previous_stock
        on
            previous_periods.period = previous_stock.period
            and current_patents.patent_no = previous_stock.patent_no
),

explained as (
    {{ explained_moves('months', 'previous_month_end') }}
),

final as (
    {{ signed_moves('explained') }}
    union all
    {{ signed_moves(
        'explained', 'inventoried',
        cause_in="case when was_stock and not has_moved then 'newly_inventoried' else cause_in end",
        cause_out="case when is_stock and not has_moved then 'withdrawn' else cause_out end",
    ) }}
)

select * from final
