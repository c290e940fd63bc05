-- Grain: One row per period, sender and activity: the latest that was known, with the instant of the first.
-- What its sender has withdrawn is not among them.
with
ranked as (
    {{ known_rows('activities', 'activities', ['sender_id', 'activity_no']) }}
),

final as (
    select
        known_in as period,
        activity_no,
        activity_kind,
        activity_name,
        organiser,
        city_code,
        held_on,
        is_online,
        shown_patent_nos,
        attended_enterprise_count,
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
