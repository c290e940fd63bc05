-- Grain: One row per product recordal that counts in the quarter and patent of it that its producer has by a genuine deal.
-- Only what needs no second look: registered, no conflict, nothing to review, no private person, no military owner.
with
products as (
    select * from {{ ref('fct_product_recordals') }}
    where chain_status = 'deal_with_producer'
),

facts as (
    select * from {{ ref('fct_statistics_facts') }}
    where
        statistic_id = 'product_recordals'
        and counted_quarter = quarter
),

deals as (
    select * from {{ ref('fct_deals') }}
    where
        is_genuine
        and is_registered
        and not has_conflict
        and deal_review_reason is null
        and counterpart_type in ('enterprise', 'institution', 'public_body', 'foreign')
),

patents as (
    select * from {{ ref('fct_quarter_patents') }}
),

described as (
    select * from {{ ref('int_patents_described') }}
    where
        period = '{{ var("period") }}'
        and not has_military_owner
),

cells as (
    select
        scope_kind,
        scope_code,
        bool_or(is_suppressed) as is_suppressed
    from {{ ref('fct_quarterly_statistics') }}
    group by scope_kind, scope_code
),

places as (
    {{ patent_scopes('patents') }}
),

-- What stands in no cell of the figures is as little shown as what stands in a suppressed one.
shown as (
    select
        places.patent_no,
        bool_or(coalesce(cells.is_suppressed, true)) as is_suppressed
    from places
    left join cells
        on
            places.scope_kind = cells.scope_kind
            and places.scope_code = cells.scope_code
    group by places.patent_no
),

final as (
    select
        facts.period,
        facts.quarter,
        products.product_recordal_no,
        products.patent_no,
        described.title,
        patents.institution_id,
        patents.institution_name,
        deals.deal_id,
        deals.deal_kind,
        deals.effective_on,
        deals.counterpart_name,
        products.product_name,
        products.recorded_on,
        shown.is_suppressed,
        case
            when products.data_origin = 'real' and deals.data_origin = 'real' and patents.data_origin = 'real' then 'real'
            else 'simulated'
        end as data_origin
    from products
    inner join facts
        on
            products.product_recordal_no = facts.fact_id
            and products.patent_no = facts.patent_no
    inner join deals on products.deal_id = deals.deal_id
    inner join patents on products.patent_no = patents.patent_no
    inner join described on products.patent_no = described.patent_no
    inner join shown on products.patent_no = shown.patent_no
)

select * from final
