-- Grain: One row per period and maturity word that stands in no scheme.
with
entries as (
    select * from {{ ref('int_entries_matched') }}
),

final as (
    select
        period,
        maturity_word,
        count(*) as entry_count
    from entries
    where
        maturity_word is not null
        and trl is null
    group by period, maturity_word
)

select * from final
