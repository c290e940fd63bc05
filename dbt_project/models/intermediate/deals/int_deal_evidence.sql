-- Grain: One row per period, source and number in it, and patent: what one source says of a deal by the month's last day.
-- An open-licence declaration is an offer and no deal.
with
periods as (
    select * from {{ ref('int_periods') }}
),

events as (
    select * from {{ ref('stg_legal_events__events') }}
),

judged as (
    select * from {{ ref('int_events_judged') }}
    where
        not is_at_freeze
        and is_counted
        and event_category in ('transfer', 'license', 'pledge')
        and event_effect = 'opens_mark'
),

recordals as (
    select * from {{ ref('stg_licence_recordals__recordals') }}
),

pledges as (
    select * from {{ ref('stg_pledges__pledges') }}
),

transactions as (
    select * from {{ ref('stg_transactions__transactions') }}
),

told as (
    select
        events.period,
        'gazette' as evidence_code,
        events.event_id as evidence_no,
        events.patent_no,
        judged.event_category as deal_kind,
        events.registration_no,
        coalesce(events.holders_before, events.party_from) as givers,
        coalesce(events.holders_after, events.party_to) as takers,
        cast(null as varchar) as taker_code,
        events.license_kind,
        cast(null as varchar) as payment_mode,
        cast(null as date) as signed_on,
        events.event_date as registered_on,
        false as is_withdrawn,
        events.data_origin,
        events.learned_at,
        events.received_at,
        events.source_file,
        events.source_row
    from events
    inner join judged
        on
            events.period = judged.period
            and events.event_id = judged.event_id
    union all
    select
        period,
        'licence_recordal' as evidence_code,
        registration_no as evidence_no,
        patent_no,
        'license' as deal_kind,
        registration_no,
        licensor_name as givers,
        licensee_name as takers,
        licensee_id as taker_code,
        license_kind,
        cast(null as varchar) as payment_mode,
        signed_on,
        recorded_on as registered_on,
        false as is_withdrawn,
        data_origin,
        learned_at,
        received_at,
        source_file,
        source_row
    from recordals
    union all
    select
        period,
        'pledge_registration' as evidence_code,
        registration_no as evidence_no,
        patent_no,
        'pledge' as deal_kind,
        registration_no,
        pledgor_name as givers,
        pledgee_name as takers,
        cast(null as varchar) as taker_code,
        cast(null as varchar) as license_kind,
        cast(null as varchar) as payment_mode,
        cast(null as date) as signed_on,
        recorded_on as registered_on,
        false as is_withdrawn,
        data_origin,
        learned_at,
        received_at,
        source_file,
        source_row
    from pledges
    union all
    select
        period,
        'report' as evidence_code,
        sender_id || '/' || transaction_no as evidence_no,
        patent_no,
        case transaction_kind when 'investment' then 'transfer' else transaction_kind end as deal_kind,
        cast(null as varchar) as registration_no,
        transferor_name as givers,
        transferee_name as takers,
        transferee_id as taker_code,
        license_kind,
        coalesce(payment_mode, case transaction_kind when 'investment' then 'equity' end) as payment_mode,
        signed_on,
        cast(null as date) as registered_on,
        is_withdrawn,
        data_origin,
        learned_at,
        received_at,
        source_file,
        source_row
    from transactions
),

final as (
    select
        told.*,
        told.evidence_code || ':' || told.evidence_no as evidence_id
    from told
    inner join periods on told.period = periods.period
    where coalesce(told.registered_on, told.signed_on) <= periods.month_end
)

select * from final
