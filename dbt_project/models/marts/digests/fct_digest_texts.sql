-- Grain: One row per text that is grouped into topics: needs that are open, and wishes that the digests have released.
with
made as (
    select * from {{ ref('int_statements_made') }}
    where statement_text is not null
),

released as (
    select * from {{ ref('int_statements_released') }}
),

needs as (
    select * from {{ ref('fct_needs') }}
    where need_status = 'open'
),

final as (
    select
        period,
        'need' as text_kind,
        need_id as text_id,
        coalesce(field_no, 0) as topic_field_no,
        evaluator_group,
        need_title || '。' || need_text as digest_text,
        data_origin
    from needs
    union all
    select
        made.period,
        'wish' as text_kind,
        made.patent_no || '|' || made.enterprise_id as text_id,
        coalesce(made.field_no, 0) as topic_field_no,
        made.evaluator_group,
        made.statement_text as digest_text,
        made.data_origin
    from made
    inner join released
        on
            made.statement_kind = released.statement_kind
            and made.statement_code = released.statement_code
            and made.patent_no = released.patent_no
            and made.enterprise_id = released.enterprise_id
)

select * from final
