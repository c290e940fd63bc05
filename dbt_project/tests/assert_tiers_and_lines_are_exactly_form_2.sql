-- Form 2, the tiers and the released lines hold the same patents.
with
form_2 as (
    select patent_no from {{ ref('fct_screening') }}
    where disposition = 'form_2'
),

tiers as (
    select patent_no from {{ ref('fct_tiers') }}
),

released_lines as (
    select patent_no from {{ ref('fct_dispatch_lines') }}
),

final as (
    select
        form_2.patent_no as form_2_no,
        tiers.patent_no as tier_no,
        released_lines.patent_no as line_no
    from form_2
    full outer join tiers on form_2.patent_no = tiers.patent_no
    full outer join released_lines on coalesce(form_2.patent_no, tiers.patent_no) = released_lines.patent_no
    where
        form_2.patent_no is null
        or tiers.patent_no is null
        or released_lines.patent_no is null
)

select * from final
