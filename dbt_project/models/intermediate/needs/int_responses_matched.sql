-- Grain: One row per period, need and institution: its latest answer, with whether the need is known.
with
responses as (
    select * from {{ ref('stg_need_responses__responses') }}
),

needs as (
    select * from {{ ref('stg_needs__needs') }}
),

final as (
    select
        responses.period,
        responses.need_id,
        responses.institution_id,
        responses.responded_on,
        responses.response_kind,
        responses.patent_nos,
        responses.response_text,
        needs.need_id is not null as is_need_known,
        responses.data_origin,
        responses.received_at
    from responses
    left join needs
        on
            responses.period = needs.period
            and responses.need_id = needs.need_id
)

select * from final
