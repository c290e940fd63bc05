-- Grain: One row per period and maturity word that stands in no scheme.
with
entries as (
    select * from {{ ref('int_entries_matched') }}
),

words as (
    select
        period,
        maturity_word,
        trl
    from entries
    union all
    select
        period,
        inventor_maturity_word as maturity_word,
        inventor_trl as trl
    from entries
),

final as (
    select
        period,
        maturity_word,
        count(*) as entry_count
    from words
    where
        maturity_word is not null
        and trl is null
    group by period, maturity_word
)

select * from final
