-- Grain: One row per period, patent and enterprise that are a candidate pair, with what speaks for it and whether it is pushed.
with
scores as (
    select * from {{ ref('stg_matching__scores') }}
),

pushes as (
    select * from {{ ref('stg_matching__pushes') }}
),

offered as (
    select * from {{ ref('int_patents_offered') }}
),

final as (
    select
        scores.*,
        offered.tier,
        pushes.patent_no is not null as is_pushed,
        pushes.push_rank,
        pushes.push_reasons,
        pushes.reason_evidence,
        scores.probability < {{ matching_constants().min_probability }} as is_for_minimum
    from scores
    inner join offered
        on
            scores.period = offered.period
            and scores.patent_no = offered.patent_no
    left join pushes
        on
            scores.period = pushes.period
            and scores.patent_no = pushes.patent_no
            and scores.enterprise_id = pushes.enterprise_id
)

select * from final
