-- Grain: One row per period, state of knowledge (now, or at the freeze of the month) and legal event.
-- An event counts once it has taken effect by the month's last day; a code that the policy does not know never counts.
with
events as (
    select * from {{ ref('stg_legal_events__events') }}
),

frozen_events as (
    select * from {{ ref('stg_legal_events__frozen_events') }}
),

periods as (
    select * from {{ ref('int_periods') }}
),

legal_event_codes as (
    select * from {{ ref('legal_event_codes') }}
),

known as (
    select
        period,
        false as is_at_freeze,
        event_id,
        patent_no,
        event_code,
        event_date,
        announced_on,
        registration_no,
        data_origin,
        source_file,
        source_row
    from events
    union all
    select
        period,
        true as is_at_freeze,
        event_id,
        patent_no,
        event_code,
        event_date,
        announced_on,
        registration_no,
        data_origin,
        source_file,
        source_row
    from frozen_events
),

judged as (
    select
        known.*,
        coalesce(legal_event_codes.label, known.event_code) as event_label,
        coalesce(legal_event_codes.event_category, 'unknown') as event_category,
        coalesce(legal_event_codes.event_effect, 'unknown') as event_effect,
        legal_event_codes.day_order,
        legal_event_codes.legal_status,
        coalesce(legal_event_codes.changes_owners, false) as changes_owners,
        legal_event_codes.event_code is not null
        and (known.event_date <= periods.month_end or legal_event_codes.reaches_back) as is_counted
    from known
    inner join periods on known.period = periods.period
    left join legal_event_codes on known.event_code = legal_event_codes.event_code
),

final as (
    select
        period,
        is_at_freeze,
        event_id,
        patent_no,
        event_code,
        event_label,
        event_category,
        event_effect,
        legal_status,
        changes_owners,
        event_date,
        coalesce(announced_on, event_date) as announced_on,
        registration_no,
        is_counted,
        row_number() over (
            partition by period, is_at_freeze, patent_no
            order by is_counted desc, event_date asc, day_order asc, event_id asc
        ) as event_position,
        data_origin,
        source_file,
        source_row
    from judged
)

select * from final
