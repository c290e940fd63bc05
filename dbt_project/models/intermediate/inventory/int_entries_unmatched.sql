-- Grain: One row per period, institution and patent that it assessed or withdrew without the entry counting.
with
entries as (
    select * from {{ ref('int_entries_attributed') }}
),

rules as (
    select * from {{ ref('intake_rules') }}
),

final as (
    select
        entries.period,
        entries.sender_id,
        entries.patent_no,
        entries.institution_id,
        entries.unmatched_reason,
        rules.next_step,
        entries.load_id,
        entries.received_at,
        entries.source_file,
        entries.source_row
    from entries
    left join rules on entries.unmatched_reason = rules.rule_id
    where entries.unmatched_reason is not null
)

select * from final
