-- Grain: One row per period, institution and patent that the institution assessed, with why it does not count.
-- What an institution reported before it was reorganised counts for the one in which it goes on, until that one reports itself.
with
entries as (
    select * from {{ ref('stg_inventories__entries') }}
),

owned as (
    select * from {{ ref('int_patents_owned') }}
),

succeeded as (
    select * from {{ ref('int_institutions_succeeded') }}
),

attributed as (
    select
        entries.*,
        coalesce(succeeded.present_institution_id, entries.sender_id) as present_sender_id
    from entries
    left join succeeded
        on
            entries.period = succeeded.period
            and entries.sender_id = succeeded.institution_id
),

ranked as (
    select
        *,
        row_number() over (
            partition by period, patent_no, present_sender_id
            order by
                sender_id != present_sender_id asc, entry_action = 'withdraw' asc, received_at desc, sender_id asc
        ) as standing
    from attributed
),

final as (
    select
        ranked.*,
        owned.institution_id,
        ranked.standing = 1 as is_foremost,
        case
            when ranked.entry_action = 'withdraw' then 'withdrawn'
            when owned.patent_no is null then 'unknown_patent'
            when owned.institution_id is null then 'outside_base_library'
            when owned.institution_id != ranked.present_sender_id or ranked.standing > 1 then 'other_institution_reports'
        end as unmatched_reason
    from ranked
    left join owned
        on
            ranked.period = owned.period
            and ranked.patent_no = owned.patent_no
)

select * from final
