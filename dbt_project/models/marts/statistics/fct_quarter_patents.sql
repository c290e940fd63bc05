-- Grain: One row per patent of an origin institution, with what the quarter counts of it.
-- What an origin institution reported of a patent stands after it has given the patent away.
with
quarters as (
    select * from {{ ref('int_quarters') }}
    where is_current
),

patents as (
    select * from {{ ref('int_patents_originated') }}
),

stock as (
    select * from {{ ref('int_quarter_stock') }}
),

facts as (
    select * from {{ ref('fct_statistics_facts') }}
),

entries as (
    select * from {{ ref('int_entries_attributed') }}
    where
        period = '{{ var("period") }}'
        and is_foremost
        and coalesce(unmatched_reason, '') not in ('withdrawn', 'unknown_patent')
),

events as (
    select
        facts.patent_no,
        {{ events_by_statistic() }},
        bool_and(facts.data_origin = 'real' or coalesce(facts.counted_quarter, '') != facts.quarter) as is_real
    from facts
    group by facts.patent_no
),

used as (
    select
        entries.patent_no,
        entries.present_sender_id as institution_id,
        {{ is_among('entries.implementation_status', statistics_constants().implemented) }} as is_implemented,
        {{ is_among('entries.implementation_status', statistics_constants().industrialised) }} as is_industrialised,
        entries.data_origin = 'real' as is_real
    from entries
    inner join quarters on coalesce(entries.implementation_date, quarters.quarter_end) <= quarters.quarter_end
),

final as (
    select
        patents.period,
        quarters.quarter,
        patents.patent_no,
        patents.institution_id,
        patents.institution_name,
        patents.institution_kind,
        patents.province_code,
        patents.province_name,
        patents.city_code,
        patents.city_name,
        patents.ministry,
        patents.field_no,
        patents.field_name,
        patents.patent_type,
        patents.cohort,
        stock.was_in_force as is_in_force_at_start,
        stock.is_in_force as is_in_force_at_end,
        {{ event_columns('events') }},
        coalesce(used.is_implemented, false) as is_implemented,
        coalesce(used.is_industrialised, false) as is_industrialised,
        case
            when
                patents.data_origin = 'real'
                and coalesce(events.is_real, true)
                and (used.is_real or not coalesce(used.is_implemented, false))
                then 'real'
            else 'simulated'
        end as data_origin
    from patents
    cross join quarters
    inner join stock on patents.patent_no = stock.patent_no
    left join events on patents.patent_no = events.patent_no
    left join used
        on
            patents.patent_no = used.patent_no
            and patents.institution_id = used.institution_id
)

select * from final
