-- Conservation: an inventory entry is either matched or unmatched with a reason.
with
entries as (
    select
        period,
        count(*) as entry_count
    from {{ ref('stg_inventories__entries') }}
    group by period
),

outcomes as (
    select period from {{ ref('int_entries_matched') }}
    union all
    select period from {{ ref('int_entries_unmatched') }}
),

outcome_counts as (
    select
        period,
        count(*) as entry_count
    from outcomes
    group by period
),

final as (
    select
        entries.period,
        entries.entry_count,
        outcome_counts.entry_count as outcome_count
    from entries
    left join outcome_counts on entries.period = outcome_counts.period
    where entries.entry_count is distinct from outcome_counts.entry_count
)

select * from final
