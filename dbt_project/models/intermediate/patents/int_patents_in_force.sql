-- Grain: One row per period and patent, with what stands against the right on the month's last day.
with
rights as (
    select * from {{ ref('int_rights_folded') }}
    where not is_at_freeze
),

frozen_rights as (
    select * from {{ ref('int_rights_folded') }}
    where is_at_freeze
),

cohorts as (
    select * from {{ ref('cohorts') }}
),

final as (
    select
        rights.period,
        rights.patent_no,
        rights.grant_date,
        rights.expiry_date,
        rights.is_granted,
        rights.is_past_term,
        rights.is_ended_by_status,
        case when rights.is_granted then cohorts.cohort else 'pending' end as cohort,
        rights.is_granted and not rights.is_past_term and not rights.is_ended_by_status as is_in_force,
        case
            when not rights.is_granted then 'not_granted'
            when rights.is_past_term then 'expired_by_term'
            when rights.is_ended_by_status then 'status_not_in_force'
        end as not_in_force_reason,
        rights.legal_status,
        rights.status_since,
        rights.status_evidence,
        rights.is_status_simulated,
        rights.is_contradicted,
        coalesce(
            frozen_rights.is_granted and not frozen_rights.is_past_term and not frozen_rights.is_ended_by_status, false
        ) as is_frozen_stock
    from rights
    left join frozen_rights
        on
            rights.period = frozen_rights.period
            and rights.patent_no = frozen_rights.patent_no
    left join cohorts on rights.grant_date between cohorts.granted_from and cohorts.granted_until
)

select * from final
