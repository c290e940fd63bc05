-- Grain: One row per period, patent and owner, with what the owner's name says.
with
owners as (
    select * from {{ ref('int_owners_listed') }}
),

names as (
    select * from {{ ref('int_owner_names_resolved') }}
),

final as (
    select
        owners.period,
        owners.patent_no,
        owners.owner_position,
        owners.owner_name,
        names.resolution_status,
        names.institution_id,
        names.resolution_rule,
        names.matched_name,
        names.confidence,
        names.undecided_state,
        names.review_reason,
        names.is_military,
        names.reads_as_enterprise and names.institution_id is null as is_enterprise
    from owners
    inner join names
        on
            owners.period = names.period
            and owners.owner_name = names.owner_name
)

select * from final
