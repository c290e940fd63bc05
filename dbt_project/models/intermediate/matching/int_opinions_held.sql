-- Grain: One row per recipient of the period and patent of which it has made up its mind, with how that weighs today.
-- Fades with age. A decline for a reason of the field weighs in full, one for a reason of the one patent in part.
{% set rules = matching_constants() %}
with
evaluations as (
    select * from {{ ref('stg_evaluations__evaluations') }}
    where
        period = '{{ var("period") }}'
        and evaluator_kind = 'enterprise'
        and cooperation_willingness in ('willing', 'unwilling')
        and {{ says_its_own('') }}
),

succeeded as (
    select * from {{ ref('int_enterprises_succeeded') }}
),

recipients as (
    select * from {{ ref('int_enterprises_receiving') }}
),

-- What an enterprise that was taken over said speaks for the one it went into, whose own latest word comes first.
ranked as (
    select
        evaluations.period,
        recipients.enterprise_id,
        evaluations.patent_no,
        evaluations.cooperation_willingness,
        evaluations.decline_reason,
        evaluations.data_origin,
        greatest(
            {{ month_number_of('evaluations.period') }} - ({{ month_number(said_on('evaluations.')) }}), 0
        ) as months_ago,
        row_number() over (
            partition by evaluations.period, recipients.enterprise_id, evaluations.patent_no
            order by {{ said_on('evaluations.') }} desc, succeeded.is_merged asc, evaluations.enterprise_id asc
        ) as place
    from evaluations
    inner join succeeded
        on
            evaluations.period = succeeded.period
            and evaluations.enterprise_id = succeeded.enterprise_id
    inner join recipients
        on
            succeeded.period = recipients.period
            and succeeded.present_enterprise_id = recipients.enterprise_id
),

final as (
    select
        period,
        enterprise_id,
        patent_no,
        cooperation_willingness,
        round(
            case
                when cooperation_willingness = 'willing' then 1.0
                when {{ is_among('decline_reason', rules.field_decline_reasons) }} then -1.0
                else -{{ rules.other_decline_share }}
            end * power(0.5, months_ago / {{ rules.opinion_half_life_months }}.0),
            6
        ) as opinion_weight,
        data_origin
    from ranked
    where place = 1
)

select * from final
