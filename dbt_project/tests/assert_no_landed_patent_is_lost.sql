-- Conservation: every patent that ever landed stands in dim_patents, in or out of the base library, and none besides.
with
landed as (
    select distinct patent_no from {{ source('grants', 'patents') }}
),

described as (
    select patent_no from {{ ref('dim_patents') }}
),

final as (
    select
        landed.patent_no as landed_no,
        described.patent_no as described_no
    from landed
    full outer join described on landed.patent_no = described.patent_no
    where
        landed.patent_no is null
        or described.patent_no is null
)

select * from final
