-- Grain: One row per period, registration and patent: the latest that was known, with the instant of the first.
-- What its sender has withdrawn is not among them.
with
periods as (
    {{ spine() }}
),

pledges as (
    select * from {{ source('pledges', 'pledges') }}
),

ranked as (
    select
        pledges.*,
        periods.period as known_in,
        min(pledges.received_at) over (
            partition by periods.period, pledges.registration_no, pledges.patent_no
        ) as learned_at,
        row_number() over (
            {{ latest_first(['periods.period', 'pledges.registration_no', 'pledges.patent_no'], 'pledges') }}
        ) as recency
    from pledges
    inner join periods on pledges.period <= periods.loads_until
),

final as (
    select
        known_in as period,
        registration_no,
        patent_no,
        pledgor_name,
        pledgee_name,
        secured_amount_yuan,
        recorded_on,
        ended_on,
        data_origin,
        learned_at,
        received_at,
        load_id,
        sender_id,
        source_file,
        source_row
    from ranked
    where
        recency = 1
        and coalesce(entry_action, 'report') != 'withdraw'
)

select * from final
