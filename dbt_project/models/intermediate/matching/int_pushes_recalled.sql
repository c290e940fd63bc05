-- Grain: One row per period, enterprise and patent that was pushed to it and has left Form 2 since.
-- Earlier months are recalled from in the month in which the patent leaves, an earlier version of the month by its correction.
-- A right that ended and a transfer are on the register, and a dispute has to be told to whoever might buy it; why else an
-- institution took a patent back is its own affair.
with
earlier_pushes as (
    select * from {{ ref('stg_dispatches__pushes') }}
    where period = '{{ var("period") }}'
),

superseded_pushes as (
    select * from {{ ref('stg_dispatches__superseded_pushes') }}
    where period = '{{ var("period") }}'
),

succeeded as (
    select * from {{ ref('int_enterprises_succeeded') }}
),

changes as (
    select * from {{ ref('int_lines_changed') }}
    where change_kind = 'DEL'
),

tiers as (
    select * from {{ ref('int_tiers_held') }}
),

patents as (
    select * from {{ ref('int_patents_described') }}
),

screened as (
    select * from {{ ref('int_patents_screened') }}
),

withdrawn_pushes as (
    select
        earlier_pushes.period,
        earlier_pushes.patent_no,
        earlier_pushes.enterprise_id,
        earlier_pushes.pushed_in,
        case when earlier_pushes.data_origin = 'real' then changes.data_origin else 'simulated' end as data_origin,
        changes.simulated_fields is not null as is_line_simulated
    from earlier_pushes
    inner join changes
        on
            earlier_pushes.period = changes.period
            and earlier_pushes.patent_no = changes.patent_no
    union all
    select
        superseded_pushes.period,
        superseded_pushes.patent_no,
        superseded_pushes.enterprise_id,
        superseded_pushes.period as pushed_in,
        superseded_pushes.data_origin,
        false as is_line_simulated
    from superseded_pushes
    left join tiers
        on
            superseded_pushes.period = tiers.period
            and superseded_pushes.patent_no = tiers.patent_no
    where tiers.patent_no is null
),

told as (
    select
        withdrawn_pushes.period,
        withdrawn_pushes.patent_no,
        succeeded.present_enterprise_id as enterprise_id,
        max(withdrawn_pushes.pushed_in) as pushed_in,
        max(withdrawn_pushes.data_origin) as data_origin,
        max(case when withdrawn_pushes.is_line_simulated then 1 else 0 end) = 1 as is_line_simulated
    from withdrawn_pushes
    inner join succeeded
        on
            withdrawn_pushes.period = succeeded.period
            and withdrawn_pushes.enterprise_id = succeeded.enterprise_id
    group by withdrawn_pushes.period, withdrawn_pushes.patent_no, succeeded.present_enterprise_id
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
        told.data_origin,
        told.is_line_simulated
    from told
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
