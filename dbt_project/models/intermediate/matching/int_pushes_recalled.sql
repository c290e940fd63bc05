-- Grain: One row per period, enterprise and patent that an earlier month pushed to it and that left Form 2 in the period.
-- A right that ended and a transfer are on the register, and a dispute has to be told to whoever might buy it; why else an
-- institution took a patent back is its own affair.
with
earlier_pushes as (
    select * from {{ ref('stg_dispatches__pushes') }}
    where period = '{{ var("period") }}'
),

succeeded as (
    select * from {{ ref('int_enterprises_succeeded') }}
),

changes as (
    select * from {{ ref('int_lines_changed') }}
    where change_kind = 'DEL'
),

patents as (
    select * from {{ ref('int_patents_described') }}
),

screened as (
    select * from {{ ref('int_patents_screened') }}
),

told as (
    select
        earlier_pushes.period,
        earlier_pushes.patent_no,
        succeeded.present_enterprise_id as enterprise_id,
        max(earlier_pushes.pushed_in) as pushed_in,
        max(earlier_pushes.data_origin) as push_origin
    from earlier_pushes
    inner join succeeded
        on
            earlier_pushes.period = succeeded.period
            and earlier_pushes.enterprise_id = succeeded.enterprise_id
    group by earlier_pushes.period, earlier_pushes.patent_no, succeeded.present_enterprise_id
),

final as (
    select
        told.period,
        told.enterprise_id,
        told.patent_no,
        told.pushed_in,
        case when not patents.has_military_owner then patents.title end as title,
        case
            when not patents.is_in_force then 'not_in_force'
            when screened.form1_category = 'disputed' then 'disputed'
            when screened.form1_category in ('transferred', 'licensed') then 'converted'
            else 'withdrawn'
        end as recall_reason,
        case when told.push_origin = 'real' then changes.data_origin else told.push_origin end as data_origin,
        case
            when told.push_origin = 'real' and changes.data_origin = 'real' and changes.simulated_fields is not null
                then 'recall_reason'
        end as simulated_fields
    from told
    inner join changes
        on
            told.period = changes.period
            and told.patent_no = changes.patent_no
    left join patents
        on
            told.period = patents.period
            and told.patent_no = patents.patent_no
    left join screened
        on
            told.period = screened.period
            and told.patent_no = screened.patent_no
)

select * from final
