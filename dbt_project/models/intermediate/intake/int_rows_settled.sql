-- Grain: One row per period and returned row, with the load that closed it.
-- The first later load of the sender that names the row decides: returned again it is superseded, accepted it is mended
-- or withdrawn. A row without a key cannot be known again, so the sender's next readable load stands in for it.
with
returned as (
    select * from {{ ref('int_rows_returned') }}
),

accepted as (
    select * from {{ ref('stg_lake__accepted_rows') }}
),

loads as (
    select * from {{ ref('stg_lake__loads') }}
    where load_status = 'accepted'
),

named_again as (
    select
        period,
        source,
        dataset,
        sender_id,
        row_key,
        load_id,
        received_at,
        'superseded' as row_closing,
        1 as standing
    from returned
    union all
    select
        period,
        source,
        dataset,
        sender_id,
        row_key,
        load_id,
        received_at,
        case when is_withdrawal then 'withdrawn' else 'mended' end as row_closing,
        2 as standing
    from accepted
),

closings as (
    select
        returned.period,
        returned.load_id,
        returned.source_row,
        named_again.load_id as closed_by_load_id,
        named_again.received_at as closed_at,
        named_again.row_closing,
        named_again.standing
    from returned
    inner join named_again
        on
            returned.period = named_again.period
            and returned.source = named_again.source
            and returned.dataset = named_again.dataset
            and returned.sender_id = named_again.sender_id
            and returned.row_key = named_again.row_key
    where
        named_again.received_at > returned.received_at
        or named_again.received_at = returned.received_at and named_again.load_id > returned.load_id
    union all
    select
        returned.period,
        returned.load_id,
        returned.source_row,
        loads.load_id as closed_by_load_id,
        loads.received_at as closed_at,
        'replaced' as row_closing,
        1 as standing
    from returned
    inner join loads
        on
            returned.period = loads.period
            and returned.source = loads.source
            and returned.dataset = loads.dataset
            and returned.sender_id = loads.sender_id
    where
        returned.row_key is null
        and (
            loads.received_at > returned.received_at
            or loads.received_at = returned.received_at and loads.load_id > returned.load_id
        )
),

ranked as (
    select
        *,
        row_number() over (
            partition by period, load_id, source_row
            order by closed_at, closed_by_load_id, standing, row_closing
        ) as recency
    from closings
),

final as (
    select
        returned.*,
        ranked.load_id is not null as is_closed,
        ranked.row_closing,
        ranked.closed_by_load_id,
        ranked.closed_at
    from returned
    left join ranked
        on
            returned.period = ranked.period
            and returned.load_id = ranked.load_id
            and returned.source_row = ranked.source_row
            and ranked.recency = 1
)

select * from final
