-- Grain: One row per period and need: the latest that was known, of the enterprise that stated it first.
with
periods as (
    {{ spine() }}
),

needs as (
    select * from {{ source('needs', 'needs') }}
),

-- A workbook speaks for its sender alone, and a number that another enterprise uses too does not put its words into the
-- mouth of the first. Digests show the number, so one that names an enterprise which does not want to be named is not taken.
claimed as (
    select
        needs.*,
        periods.period as known_in,
        first_value(needs.enterprise_id) over (
            partition by periods.period, needs.need_id
            order by needs.period asc, needs.received_at asc, needs.load_id asc, needs.source_row asc
        ) as first_enterprise_id
    from needs
    inner join periods on needs.period <= periods.loads_until
    where
        needs.sender_id in ('platform', needs.enterprise_id)
        and (needs.is_name_disclosed or not contains(needs.need_id, needs.enterprise_id))
),

ranked as (
    select
        claimed.*,
        row_number() over ({{ latest_first(['known_in', 'need_id'], 'claimed') }}) as recency
    from claimed
    where claimed.enterprise_id = claimed.first_enterprise_id
),

final as (
    select
        known_in as period,
        need_id,
        enterprise_id,
        need_title,
        need_text,
        ipc_codes,
        cooperation_modes,
        max_price_yuan,
        needed_by,
        stated_on,
        need_status,
        is_name_disclosed,
        contact_name,
        contact_phone,
        data_origin,
        received_at,
        load_id,
        sender_id,
        source_file,
        source_row
    from ranked
    where recency = 1
)

select * from final
