-- Grain: One row per patent and kind of burden that stands on its right at the month's end.
-- Of one licence or pledge the gazette is believed first, then the register, then a report; any of them that calls a licence
-- exclusive or sole is believed, because what is doubtful is not suggested.
with
periods as (
    select * from {{ ref('int_periods') }}
    where months_back = 0
),

marks as (
    select * from {{ ref('int_marks_standing') }}
    where not is_at_freeze
),

evidence as (
    select * from {{ ref('int_deals_matched') }}
    where registered_kind in ('license', 'pledge') and not is_withdrawn
),

ends_announced as (
    select * from {{ ref('int_events_judged') }}
    where event_effect = 'closes_mark' and is_counted and not is_at_freeze
),

recordals as (
    select * from {{ ref('stg_licence_recordals__recordals') }}
),

pledges as (
    select * from {{ ref('stg_pledges__pledges') }}
),

registered as (
    select
        period,
        'licence_recordal' as evidence_code,
        registration_no,
        patent_no,
        ended_on
    from recordals
    union all
    select
        period,
        'pledge_registration' as evidence_code,
        registration_no,
        patent_no,
        ended_on
    from pledges
),

deals as (
    select
        evidence.period,
        evidence.patent_no,
        evidence.deal_id,
        evidence.registered_kind,
        coalesce(bool_or(evidence.license_kind in ('exclusive', 'sole')), false) as is_exclusive,
        coalesce(
            bool_or(case when evidence.evidence_code = 'gazette' then marks.event_id is not null end),
            bool_or(
                case
                    when registered.registration_no is not null
                        then coalesce(registered.ended_on > periods.month_end, true) and ends_announced.event_id is null
                end
            ),
            true
        ) as is_standing,
        bool_or(evidence.data_origin = 'simulated') as is_simulated
    from evidence
    inner join periods on evidence.period = periods.period
    left join marks
        on
            evidence.period = marks.period
            and evidence.patent_no = marks.patent_no
            and evidence.evidence_code = 'gazette'
            and evidence.evidence_no = marks.event_id
    left join registered
        on
            evidence.period = registered.period
            and evidence.patent_no = registered.patent_no
            and evidence.evidence_code = registered.evidence_code
            and evidence.registration_no = registered.registration_no
    left join ends_announced
        on
            evidence.period = ends_announced.period
            and evidence.patent_no = ends_announced.patent_no
            and evidence.registered_kind = ends_announced.event_category
            and evidence.registration_no = ends_announced.registration_no
    group by evidence.period, evidence.patent_no, evidence.deal_id, evidence.registered_kind
),

standing as (
    select
        marks.period,
        marks.patent_no,
        marks.event_category as burden,
        marks.data_origin = 'simulated' as is_simulated
    from marks
    inner join periods on marks.period = periods.period
    where marks.event_category in ('pledge', 'preservation')
    union all
    select
        period,
        patent_no,
        case registered_kind when 'pledge' then 'pledge' else 'exclusive_licence' end as burden,
        is_simulated
    from deals
    where is_standing and (registered_kind = 'pledge' or is_exclusive)
),

final as (
    select
        period,
        patent_no,
        burden,
        bool_or(is_simulated) as is_simulated
    from standing
    group by period, patent_no, burden
)

select * from final
