-- Grain: One row per period, accepted row of that month or an earlier one and key by which a returned row knows it.
-- A row is known by its key and by its title; only keys that some returned row bears are kept.
with
periods as (
    {{ spine() }}
),

returned_keys as (
    select distinct row_key
    from {{ source('lake', 'quarantined_rows') }}
    where row_key is not null
),

keyed as (
    {{ keyed_rows() }}
),

final as (
    select
        periods.period,
        keyed.source,
        keyed.dataset,
        keyed.load_id,
        keyed.sender_id,
        keyed.received_at,
        keyed.source_row,
        keyed.row_key,
        keyed.is_withdrawal
    from keyed
    inner join periods on keyed.period <= periods.loads_until
    inner join returned_keys on keyed.row_key = returned_keys.row_key
)

select * from final
