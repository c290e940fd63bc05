-- Grain: One row per period, sender and activity: the latest that was known, with the instant of the first.
-- What its sender has withdrawn is not among them.
with
periods as (
    {{ spine() }}
),

activities as (
    select * from {{ source('activities', 'activities') }}
),

ranked as (
    select
        activities.*,
        periods.period as known_in,
        min(activities.received_at) over (
            partition by periods.period, activities.sender_id, activities.activity_no
        ) as learned_at,
        row_number() over (
            {{ latest_first(['periods.period', 'activities.sender_id', 'activities.activity_no'], 'activities') }}
        ) as recency
    from activities
    inner join periods on activities.period <= periods.loads_until
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
