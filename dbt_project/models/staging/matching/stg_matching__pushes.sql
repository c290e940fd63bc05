-- Grain: One row per period, patent and enterprise that the matching assigned to each other.
with
pushes as (
    select * from {{ source('matching', 'pushes') }}
),

final as (
    select
        '{{ var("period") }}' as period,
        patent_no,
        enterprise_id,
        push_rank,
        push_reasons,
        reason_evidence
    from pushes
)

select * from final
