-- Grain: One row per frozen quarter before the current one and patent with a deal or a product.
-- Whether the stock with which the quarter began held it, as the opening knew: by the last turn of the right, else by what
-- was reported of it.
with
quarters as (
    select
        *,
        greatest(opening_period, '{{ var("first_period") }}') as loads_until
    from {{ ref('int_quarters') }}
    where
        frozen_at is not null
        and not is_current
),

evidence as (
    select patent_no from {{ ref('int_deal_evidence') }}
    where period = '{{ var("period") }}'
    union
    select patent_no from {{ ref('stg_product_recordals__products') }}
    where period = '{{ var("period") }}'
),

patents as (
    select * from {{ ref('stg_grants__patents') }}
    where period = '{{ var("period") }}'
),

rights as (
    select * from {{ ref('int_patents_in_force') }}
    where period = '{{ var("period") }}'
),

events as (
    select * from {{ ref('stg_legal_events__events') }}
    where period = '{{ var("period") }}'
),

judged_events as (
    select * from {{ ref('int_events_judged') }}
    where
        period = '{{ var("period") }}'
        and is_counted
        and not is_at_freeze
        and event_effect in ('ends', 'restores')
),

turns as (
    select
        judged_events.*,
        events.first_load_period,
        events.learned_at
    from judged_events
    inner join evidence on judged_events.patent_no = evidence.patent_no
    inner join events on judged_events.event_id = events.event_id
),

turned as (
    select distinct patent_no from turns
),

turned_by_then as (
    select
        quarters.quarter,
        turns.patent_no,
        turns.event_effect,
        row_number() over (
            partition by quarters.quarter, turns.patent_no
            order by turns.event_position desc
        ) as standing
    from turns
    inner join quarters
        on
            turns.event_date < quarters.quarter_start
            and turns.first_load_period <= quarters.loads_until
            and turns.learned_at <= quarters.frozen_at
),

final as (
    select
        quarters.quarter,
        evidence.patent_no,
        coalesce(rights.grant_date < quarters.quarter_start, false)
        and patents.first_load_period <= quarters.loads_until
        and patents.learned_at <= quarters.frozen_at
        and {{ dbt.dateadd('day', -1, 'quarters.quarter_start') }} <= rights.expiry_date
        and case
            when turned_by_then.event_effect is not null then turned_by_then.event_effect != 'ends'
            else turned.patent_no is not null or not rights.is_ended_by_status or quarters.quarter_start <= rights.status_since
        end as was_in_stock
    from evidence
    cross join quarters
    inner join patents on evidence.patent_no = patents.patent_no
    inner join rights on evidence.patent_no = rights.patent_no
    left join turned on evidence.patent_no = turned.patent_no
    left join turned_by_then
        on
            quarters.quarter = turned_by_then.quarter
            and evidence.patent_no = turned_by_then.patent_no
            and turned_by_then.standing = 1
)

select * from final
