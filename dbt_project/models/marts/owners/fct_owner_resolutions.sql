-- Grain: One row per period, patent and owner.
with
owners as (
    select * from {{ ref('int_owners_resolved') }}
),

institutions as (
    select * from {{ ref('int_institutions_located') }}
),

final as (
    select
        owners.period,
        owners.patent_no,
        owners.owner_position,
        owners.owner_name,
        owners.resolution_status,
        owners.institution_id,
        institutions.institution_name,
        owners.resolution_rule,
        owners.matched_name,
        owners.confidence,
        owners.undecided_state,
        owners.review_reason
    from owners
    left join institutions
        on
            owners.period = institutions.period
            and owners.institution_id = institutions.institution_id
    where owners.period = '{{ var("period") }}'
)

select * from final
