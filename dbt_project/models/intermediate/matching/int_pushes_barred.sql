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

owners as (
    select * from {{ ref('int_owners_resolved') }}
    where
        period = '{{ var("period") }}'
        and institution_id is not null
),

enterprises as (
    select * from {{ ref('stg_enterprises__enterprises') }}
    where
        period = '{{ var("period") }}'
        and declared_conflicts is not null
),

party_codes as (
    select * from {{ ref('int_party_codes') }}
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

parties as (
    select
        period,
        patent_no,
        'I:' || institution_id as party_key
    from owners
    union
    select
        period,
        patent_no,
        'E:' || enterprise_id as party_key
    from owned
),

declared as (
    select
        period,
        enterprise_id,
        data_origin,
        {{ explode_list('declared_conflicts', 'party_code', 'code_position') }}
    from enterprises
),

avoided as (
    select
        declared.period,
        succeeded.present_enterprise_id as enterprise_id,
        party_codes.party_key,
        declared.data_origin
    from declared
    inner join succeeded
        on
            declared.period = succeeded.period
            and declared.enterprise_id = succeeded.enterprise_id
    inner join party_codes
        on
            declared.period = party_codes.period
            and declared.party_code = party_codes.party_code
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
        parties.period,
        parties.patent_no,
        avoided.enterprise_id,
        'declared_conflict' as push_barrier,
        3 as precedence,
        avoided.data_origin
    from parties
    inner join avoided
        on
            parties.period = avoided.period
            and parties.party_key = avoided.party_key
    union all
    select
        period,
        patent_no,
        enterprise_id,
        'cooling_off' as push_barrier,
        4 as precedence,
        data_origin
    from declines
    where months_ago < {{ rules.cooling_off_months }}
    union all
    select
        offered.period,
        offered.patent_no,
        declines.enterprise_id,
        'field_cooling_off' as push_barrier,
        5 as precedence,
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
        6 as precedence,
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
