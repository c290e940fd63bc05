-- Grain: One row per deal of one patent that any source tells by the month's last day.
with
deals as (
    select * from {{ ref('int_deals_judged') }}
    where period = '{{ var("period") }}'
),

final as (
    select
        period,
        deal_id,
        patent_no,
        institution_id,
        is_base_library,
        deal_kind,
        license_kind,
        payment_mode,
        signed_on,
        registered_on,
        effective_on,
        is_registered,
        is_reported,
        counterpart_type,
        counterpart_id,
        counterpart_name,
        counterpart_region,
        is_genuine,
        not_genuine_reason,
        deal_review_reason,
        recordal_days,
        is_late_recordal,
        is_recordal_overdue,
        evidence_codes as deal_evidence,
        evidence_ids,
        has_conflict,
        learned_at,
        registered_learned_at,
        data_origin,
        received_at,
        source_file,
        source_row
    from deals
)

select * from final
