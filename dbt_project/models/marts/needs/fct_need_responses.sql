-- Grain: One row per need and institution that answered it by the period: its latest answer.
with
responses as (
    select * from {{ ref('int_responses_matched') }}
    where period = '{{ var("period") }}'
),

final as (
    select
        period,
        need_id,
        institution_id,
        responded_on,
        response_kind,
        patent_nos,
        response_text,
        is_need_known,
        data_origin,
        received_at
    from responses
)

select * from final
