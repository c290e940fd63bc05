-- Grain: One row per period and patent of the base library that its institution declares as publicly funded.
with
entries as (
    select * from {{ ref('int_entries_matched') }}
    where is_publicly_funded
),

patents as (
    select * from {{ ref('int_patents_described') }}
),

periods as (
    select * from {{ ref('int_periods') }}
),

word_lists as (
    select * from {{ ref('word_lists') }}
),

criteria as (
    select
        entries.period,
        entries.patent_no,
        entries.is_publicly_funded,
        entries.funding_programme,
        entries.funding_project_name,
        entries.funding_project_no,
        entries.implementation_status,
        entries.idle_reason,
        entries.data_origin,
        patents.is_base_library,
        patents.is_in_force,
        periods.month_end,
        cast({{ dbt.dateadd('year', idle_after_years(), 'patents.grant_date') }} as date) as idle_threshold_date,
        case when entries.implementation_status is not null then statuses.word is not null end as is_unimplemented,
        idle_reasons.word is not null as has_accepted_idle_reason
    from entries
    inner join patents
        on
            entries.period = patents.period
            and entries.patent_no = patents.patent_no
    inner join periods on entries.period = periods.period
    left join word_lists as statuses
        on
            entries.implementation_status = statuses.word
            and statuses.list_name = 'unimplemented_status'
    left join word_lists as idle_reasons
        on
            entries.idle_reason = idle_reasons.word
            and idle_reasons.list_name = 'accepted_idle_reason'
),

judged as (
    select
        criteria.*,
        coalesce(criteria.idle_threshold_date < criteria.month_end, false) as is_past_idle_threshold
    from criteria
),

told as (
    select
        judged.*,
        {{ merge_lists([
            "case when not is_in_force then 'not_in_force' end",
            "case when not is_past_idle_threshold then 'within_threshold' end",
            "case when is_unimplemented is null then 'implementation_unstated' end",
            "case when not is_unimplemented then 'implemented' end",
            "case when has_accepted_idle_reason then 'reason_accepted' end",
        ]) }} as unmet_criteria
    from judged
),

final as (
    select
        period,
        patent_no,
        is_publicly_funded,
        funding_programme,
        funding_project_name,
        funding_project_no,
        is_base_library,
        is_in_force,
        idle_threshold_date,
        is_past_idle_threshold,
        implementation_status,
        is_unimplemented,
        idle_reason,
        has_accepted_idle_reason,
        unmet_criteria is null as is_idle,
        unmet_criteria,
        data_origin
    from told
)

select * from final
