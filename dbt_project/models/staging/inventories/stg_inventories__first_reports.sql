-- Grain: One row per period, institution and patent that stands reported: when its report first came in.
-- A report counts on the day it was received, at the latest on the last day of the month it speaks for; after a
-- withdrawal it starts anew.
with
periods as (
    {{ spine() }}
),

entries as (
    select * from {{ source('inventories', 'entries') }}
),

ordered as (
    select
        periods.period as known_in,
        entries.sender_id,
        entries.patent_no,
        entries.period as reported_in,
        entries.entry_action,
        least({{ shanghai_date('entries.received_at') }}, {{ month_end_of('entries.period') }}) as reported_on,
        row_number() over (
            {{ latest_first(['periods.period', 'entries.sender_id', 'entries.patent_no'], 'entries') }}
        ) as recency
    from entries
    inner join periods on entries.period <= periods.loads_until
),

withdrawals as (
    select
        known_in,
        sender_id,
        patent_no,
        min(recency) as last_withdrawal
    from ordered
    where entry_action = 'withdraw'
    group by known_in, sender_id, patent_no
),

final as (
    select
        ordered.known_in as period,
        ordered.sender_id,
        ordered.patent_no,
        min(ordered.reported_in) as inventoried_in,
        min(ordered.reported_on) as inventoried_on
    from ordered
    left join withdrawals
        on
            ordered.known_in = withdrawals.known_in
            and ordered.sender_id = withdrawals.sender_id
            and ordered.patent_no = withdrawals.patent_no
    where
        withdrawals.last_withdrawal is null
        or ordered.recency < withdrawals.last_withdrawal
    group by ordered.known_in, ordered.sender_id, ordered.patent_no
)

select * from final
