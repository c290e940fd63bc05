-- Grain: One row per recipient of the period and patent of which it has made up its mind.
with
opinions as (
    select * from {{ ref('int_opinions_held') }}
),

final as (
    select
        period,
        enterprise_id,
        patent_no,
        cooperation_willingness,
        opinion_weight,
        data_origin
    from opinions
)

select * from final
