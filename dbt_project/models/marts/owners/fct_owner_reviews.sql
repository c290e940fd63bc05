-- Grain: One row per period and name that a person has to look at.
with
reviews as (
    select * from {{ ref('int_owner_names_reviewed') }}
),

final as (
    select *
    from reviews
    where period = '{{ var("period") }}'
)

select * from final
