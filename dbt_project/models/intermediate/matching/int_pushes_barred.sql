-- Grain: One row per period, patent that may be pushed, and recipient to whom it may not, with the first reason.
{% set rules = matching_constants() %}
with
offered as (
    select * from {{ ref('int_patents_offered') }}
    where push_barrier is null
),

recipients as (
    select * from {{ ref('int_enterprises_receiving') }}
),

succeeded as (
    select * from {{ ref('int_enterprises_succeeded') }}
),

owned as (
    select * from {{ ref('int_patents_owned_by_enterprises') }}
),

evaluations as (
    select * from {{ ref('stg_evaluations__evaluations') }}
    where
        period = '{{ var("period") }}'
        and cooperation_willingness = 'unwilling'
        and {{ says_its_own('') }}
),

earlier_pushes as (
    select * from {{ ref('stg_dispatches__pushes') }}
),

patents as (
    select * from {{ ref('int_patents_prioritised') }}
),

-- What an enterprise that was taken over said or was sent speaks for the one it went into.
declines as (
    select
        evaluations.period,
        evaluations.patent_no,
        succeeded.present_enterprise_id as enterprise_id,
        evaluations.decline_reason,
        evaluations.data_origin,
        {{ month_number_of('evaluations.period') }} - ({{ month_number('evaluations.evaluated_on') }}) as months_ago
    from evaluations
    inner join succeeded
        on
            evaluations.period = succeeded.period
            and evaluations.enterprise_id = succeeded.enterprise_id
),

found as (
    select
        owned.period,
        owned.patent_no,
        owned.enterprise_id,
        'own_patent' as push_barrier,
        1 as precedence,
        owned.data_origin
    from owned
    union all
    select
        owned.period,
        owned.patent_no,
        recipients.enterprise_id,
        'same_group' as push_barrier,
        2 as precedence,
        owned.data_origin
    from owned
    inner join recipients
        on
            owned.period = recipients.period
            and owned.evaluator_group = recipients.evaluator_group
    union all
    select
        period,
        patent_no,
        enterprise_id,
        'cooling_off' as push_barrier,
        3 as precedence,
        data_origin
    from declines
    where months_ago < {{ rules.cooling_off_months }}
    union all
    select
        offered.period,
        offered.patent_no,
        declines.enterprise_id,
        'field_cooling_off' as push_barrier,
        4 as precedence,
        declines.data_origin
    from declines
    inner join patents
        on
            declines.period = patents.period
            and declines.patent_no = patents.patent_no
    inner join offered
        on
            patents.period = offered.period
            and patents.ipc_subclass = offered.ipc_subclass
    where
        declines.months_ago < {{ rules.field_cooling_off_months }}
        and {{ is_among('declines.decline_reason', rules.field_decline_reasons) }}
    union all
    select
        earlier_pushes.period,
        earlier_pushes.patent_no,
        succeeded.present_enterprise_id as enterprise_id,
        'pushed_before' as push_barrier,
        5 as precedence,
        earlier_pushes.data_origin
    from earlier_pushes
    inner join succeeded
        on
            earlier_pushes.period = succeeded.period
            and earlier_pushes.enterprise_id = succeeded.enterprise_id
    where
        {{ month_number_of('earlier_pushes.period') }} - ({{ month_number_of('earlier_pushes.pushed_in') }})
        < {{ rules.repeat_months }}
),

ranked as (
    select
        found.*,
        row_number() over (
            partition by found.period, found.patent_no, found.enterprise_id
            order by found.precedence, found.data_origin
        ) as place
    from found
    inner join offered
        on
            found.period = offered.period
            and found.patent_no = offered.patent_no
    inner join recipients
        on
            found.period = recipients.period
            and found.enterprise_id = recipients.enterprise_id
),

final as (
    select
        period,
        patent_no,
        enterprise_id,
        push_barrier,
        data_origin
    from ranked
    where place = 1
)

select * from final
