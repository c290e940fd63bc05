-- Grain: One row per period and deal, folded from its evidence: a registration is believed before a report.
with
evidence as (
    select * from {{ ref('int_deals_matched') }}
),

constants as (
    select {{ deal_constants().date_tolerance_days }} as date_tolerance_days
),

-- Who the parties are is told by the first registration that names both sides, else by the first report that does.
ranked as (
    select
        *,
        row_number() over (
            partition by period, deal_id
            order by
                givers is null or takers is null,
                registered_on is null,
                evidence_code != 'gazette',
                learned_at,
                evidence_id
        ) as standing
    from evidence
),

folded as (
    select
        period,
        deal_id,
        patent_no,
        case
            when bool_or(deal_kind = 'open_license') then 'open_license'
            else min(registered_kind)
        end as deal_kind,
        bool_and(is_withdrawn) as is_withdrawn,
        min(case when standing = 1 then givers end) as givers,
        min(case when standing = 1 then takers end) as takers,
        min(case when standing = 1 then source_file end) as source_file,
        min(case when standing = 1 then source_row end) as source_row,
        coalesce(
            min(case when registered_on is not null then license_kind end), min(license_kind)
        ) as license_kind,
        min(license_kind) != max(license_kind) as has_other_license_kind,
        min(payment_mode) as payment_mode,
        coalesce(
            min(case when registered_on is not null then signed_on end), min(signed_on)
        ) as signed_on,
        max(signed_on) as last_signed_on,
        min(registered_on) as registered_on,
        max(registered_on) as last_registered_on,
        bool_or(registered_on is not null) as is_registered,
        bool_or(evidence_code = 'report') as is_reported,
        max(distance) as distance,
        {{ listed_once('evidence_code') }} as evidence_codes,
        {{ listed_once('evidence_id') }} as evidence_ids,
        min(learned_at) as learned_at,
        min(case when registered_on is not null then learned_at end) as registered_learned_at,
        max(received_at) as received_at,
        case when bool_or(data_origin = 'simulated') then 'simulated' else 'real' end as data_origin
    from ranked
    group by period, deal_id, patent_no
),

dated as (
    select
        *,
        {{ dbt.datediff('registered_on', 'last_signed_on', 'day') }}
            as days_signed_after
    from folded
),

final as (
    select
        dated.*,
        coalesce(dated.registered_on, dated.signed_on) as effective_on,
        coalesce(dated.distance = 3, false)
        or coalesce(dated.has_other_license_kind, false)
        or coalesce(dated.days_signed_after > constants.date_tolerance_days, false) as has_conflict
    from dated
    cross join constants
)

select * from final
