-- Grain: One row per period, activity held by the month's last day, and patent that it showed.
-- An activity that showed none has one row without a patent.
with
periods as (
    select * from {{ ref('int_periods') }}
),

activities as (
    select activities.*
    from {{ ref('stg_activities__activities') }} as activities
    inner join periods
        on
            activities.period = periods.period
            and activities.held_on <= periods.month_end
),

patents as (
    select * from {{ ref('int_patents_described') }}
),

shown as (
    select
        period,
        sender_id,
        activity_no,
        {{ explode_list('shown_patent_nos', 'patent_no', 'patent_position') }}
    from activities
    where shown_patent_nos is not null
),

final as (
    select
        activities.period,
        activities.sender_id,
        activities.activity_no,
        shown.patent_no,
        patents.institution_id,
        patents.patent_no is not null as is_patent_known,
        activities.activity_kind,
        activities.activity_name,
        activities.organiser,
        left(activities.city_code, 2) as province_code,
        activities.city_code,
        activities.held_on,
        activities.is_online,
        activities.attended_enterprise_count,
        activities.data_origin,
        activities.learned_at,
        activities.received_at,
        activities.source_file,
        activities.source_row
    from activities
    left join shown
        on
            activities.period = shown.period
            and activities.sender_id = shown.sender_id
            and activities.activity_no = shown.activity_no
    left join patents
        on
            shown.period = patents.period
            and shown.patent_no = patents.patent_no
)

select * from final
