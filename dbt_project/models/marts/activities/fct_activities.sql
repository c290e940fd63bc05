-- Grain: One row per activity held by the month's last day and patent that it showed.
-- An activity that showed none has one row without a patent.
with
activities as (
    select * from {{ ref('int_activities_shown') }}
    where period = '{{ var("period") }}'
),

final as (
    select
        period,
        sender_id,
        activity_no,
        patent_no,
        institution_id,
        is_patent_known,
        activity_kind,
        activity_name,
        organiser,
        province_code,
        city_code,
        held_on,
        is_online,
        attended_enterprise_count,
        data_origin,
        learned_at,
        received_at,
        source_file,
        source_row
    from activities
)

select * from final
