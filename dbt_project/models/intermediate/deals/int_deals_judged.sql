-- Grain: One row per period and deal, with whether it counts and the first reason of the policy why not.
{%- set constants = deal_constants() %}
with
deals as (
    select * from {{ ref('int_deals_weighed') }}
),

periods as (
    select * from {{ ref('int_periods') }}
),

sides as (
    select * from {{ ref('int_deal_sides') }}
),

givers as (
    select distinct
        period,
        deal_id,
        party_key
    from sides
    where side = 'giver'
),

-- Whom the deal was made with: the first taker who has not given it.
counterparts as (
    select
        takers.*,
        row_number() over (
            partition by takers.period, takers.deal_id
            order by givers.party_key is not null, takers.party_position
        ) as standing
    from sides as takers
    left join givers
        on
            takers.period = givers.period
            and takers.deal_id = givers.deal_id
            and takers.party_key = givers.party_key
    where takers.side = 'taker'
),

judged as (
    select
        *,
        {{ first_reason(constants.exclusions, 'deal_kind') }} as not_genuine_reason,
        {{ first_reason(constants.undecided, 'deal_kind') }} as undecided_reason,
        cast({{ dbt.dateadd('month', constants.recordal_months, 'signed_on') }} as date) as recordal_due_on
    from deals
),

final as (
    select
        judged.period,
        judged.deal_id,
        judged.patent_no,
        judged.institution_id,
        judged.is_base_library,
        judged.deal_kind,
        judged.license_kind,
        judged.payment_mode,
        judged.signed_on,
        judged.registered_on,
        judged.effective_on,
        judged.is_registered,
        judged.is_reported,
        coalesce(counterparts.party_type, 'unknown') as counterpart_type,
        counterparts.party_id as counterpart_id,
        counterparts.party_key as counterpart_key,
        counterparts.party_name as counterpart_name,
        counterparts.party_region as counterpart_region,
        judged.not_genuine_reason is null
        {%- if not constants.undecided_counts %} and judged.undecided_reason is null{% endif %} as is_genuine,
        judged.not_genuine_reason,
        case when judged.not_genuine_reason is null then judged.undecided_reason end as deal_review_reason,
        case
            when judged.deal_kind in ('license', 'open_license')
                then {{ dbt.datediff('judged.signed_on', 'judged.registered_on', 'day') }}
        end as recordal_days,
        judged.deal_kind in ('license', 'open_license')
        and coalesce(judged.registered_on > judged.recordal_due_on, false) as is_late_recordal,
        judged.deal_kind = 'license'
        and not judged.is_registered
        and not judged.is_withdrawn
        and judged.recordal_due_on < periods.month_end as is_recordal_overdue,
        judged.evidence_codes,
        judged.evidence_ids,
        judged.has_conflict,
        judged.learned_at,
        judged.registered_learned_at,
        judged.data_origin,
        judged.received_at,
        judged.source_file,
        judged.source_row
    from judged
    inner join periods on judged.period = periods.period
    left join counterparts
        on
            judged.period = counterparts.period
            and judged.deal_id = counterparts.deal_id
            and counterparts.standing = 1
)

select * from final
