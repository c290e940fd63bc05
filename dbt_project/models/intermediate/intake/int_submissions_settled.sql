-- Grain: One row per period and load received for that month or an earlier one, with what is still open.
-- What published months sent out comes back as loads and is no submission.
with
loads as (
    select * from {{ ref('stg_lake__loads') }}
    where source != 'dispatches'
),

institutions as (
    select * from {{ ref('int_institutions_located') }}
),

row_counts as (
    select
        period,
        load_id,
        count(case when is_closed then 1 end) as closed_count,
        count(case when not is_closed then 1 end) as open_count
    from {{ ref('int_rows_settled') }}
    group by period, load_id
),

entries as (
    select
        period,
        load_id,
        count(*) as unmatched_patent_count
    from {{ ref('int_entries_unmatched') }}
    where unmatched_reason != 'withdrawn'
    group by period, load_id
),

-- A file that could not be read is settled by the next readable one of its sender.
replacements as (
    select
        rejected.period,
        rejected.load_id,
        min(later.received_at) as closed_at
    from loads as rejected
    inner join loads as later
        on
            rejected.period = later.period
            and rejected.source = later.source
            and rejected.dataset = later.dataset
            and rejected.sender_id = later.sender_id
            and rejected.received_at < later.received_at
            and later.load_status = 'accepted'
    where rejected.load_status = 'rejected'
    group by rejected.period, rejected.load_id
),

final as (
    select
        loads.*,
        coalesce(institutions.institution_name, case when loads.sender_id = 'platform' then '综合服务平台' end)
            as sender_name,
        institutions.institution_id is not null or loads.sender_id = 'platform' as is_known_sender,
        loads.row_count + loads.quarantined_count + loads.duplicate_count as received_count,
        coalesce(row_counts.closed_count, 0) as closed_count,
        coalesce(row_counts.open_count, 0) as open_count,
        coalesce(entries.unmatched_patent_count, 0) as unmatched_patent_count,
        coalesce(row_counts.open_count, 0) > 0
        or loads.load_status = 'rejected' and replacements.load_id is null as is_open
    from loads
    left join institutions
        on
            loads.period = institutions.period
            and loads.sender_id = institutions.institution_id
    left join row_counts
        on
            loads.period = row_counts.period
            and loads.load_id = row_counts.load_id
    left join entries
        on
            loads.period = entries.period
            and loads.load_id = entries.load_id
    left join replacements
        on
            loads.period = replacements.period
            and loads.load_id = replacements.load_id
)

select * from final
