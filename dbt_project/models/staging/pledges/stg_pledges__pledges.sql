-- Grain: One row per period, registration and patent: the latest that was known, with the instant of the first.
-- What its sender has withdrawn is not among them.
with
ranked as (
    {{ known_rows('pledges', 'pledges', ['registration_no', 'patent_no']) }}
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
