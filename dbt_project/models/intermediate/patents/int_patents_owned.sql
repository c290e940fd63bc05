-- Grain: One row per period and patent, with its reporting institution.
-- The reporting institution is the first owner that resolves to an institution; without one the patent is out of scope.
with
owners as (
    select * from {{ ref('int_owners_resolved') }}
),

summaries as (
    select
        period,
        patent_no,
        count(*) as owner_count,
        bool_or(is_military) as has_military_owner,
        bool_or(is_enterprise) as has_enterprise_co_owner,
        min(owner_position) as first_position,
        min(case when institution_id is not null then owner_position end) as reporting_position
    from owners
    group by period, patent_no
),

final as (
    select
        summaries.period,
        summaries.patent_no,
        summaries.owner_count,
        first_owners.owner_name as first_owner_name,
        reporting_owners.institution_id,
        summaries.has_military_owner,
        summaries.has_enterprise_co_owner,
        reporting_owners.institution_id is not null as is_base_library,
        case when reporting_owners.institution_id is null then 'no_institution_owner' end as out_of_scope_reason
    from summaries
    inner join owners as first_owners
        on
            summaries.period = first_owners.period
            and summaries.patent_no = first_owners.patent_no
            and summaries.first_position = first_owners.owner_position
    left join owners as reporting_owners
        on
            summaries.period = reporting_owners.period
            and summaries.patent_no = reporting_owners.patent_no
            and summaries.reporting_position = reporting_owners.owner_position
)

select * from final
