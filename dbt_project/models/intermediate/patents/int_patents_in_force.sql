-- Grain: One row per period and patent, with what stands against the right on the month's last day.
with
patents as (
    select * from {{ ref('stg_grants__patents') }}
),

periods as (
    select * from {{ ref('int_periods') }}
),

patent_terms as (
    select * from {{ ref('patent_terms') }}
),

word_lists as (
    select * from {{ ref('word_lists') }}
),

cohorts as (
    select * from {{ ref('cohorts') }}
),

-- The last day of a term is the one before the anniversary of filing.
terms as (
    select
        patents.period,
        patents.patent_no,
        patents.grant_date,
        patents.legal_status,
        periods.month_end,
        cast(
            {{ dbt.dateadd('day', -1, dbt.dateadd('year', 'patent_terms.term_years', 'patents.filing_date')) }} as date
        ) as expiry_date
    from patents
    inner join periods on patents.period = periods.period
    inner join patent_terms
        on
            patents.patent_type = patent_terms.patent_type
            and patents.filing_date between patent_terms.filed_from and patent_terms.filed_until
),

-- A status that no list names is treated as not in force: nothing doubtful is released.
judged as (
    select
        terms.*,
        terms.grant_date is not null
        and terms.grant_date <= terms.month_end
        and coalesce(word_lists.list_name, '') != 'status_pending' as is_granted,
        terms.expiry_date < terms.month_end as is_past_term,
        coalesce(word_lists.list_name, '') not in ('status_in_force', 'status_pending') as is_ended_by_status
    from terms
    left join word_lists
        on
            terms.legal_status = word_lists.word
            and word_lists.list_name in ('status_in_force', 'status_not_in_force', 'status_pending')
),

final as (
    select
        judged.period,
        judged.patent_no,
        judged.expiry_date,
        judged.is_granted,
        judged.is_past_term,
        judged.is_ended_by_status,
        case when judged.is_granted then cohorts.cohort else 'pending' end as cohort,
        judged.is_granted and not judged.is_past_term and not judged.is_ended_by_status as is_in_force,
        case
            when not judged.is_granted then 'not_granted'
            when judged.is_past_term then 'expired_by_term'
            when judged.is_ended_by_status then 'status_not_in_force'
        end as not_in_force_reason
    from judged
    left join cohorts on judged.grant_date between cohorts.granted_from and cohorts.granted_until
)

select * from final
