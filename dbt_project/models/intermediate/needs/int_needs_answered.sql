-- Grain: One row per period and need, with its technology field and how long it waited for an answer.
with
needs as (
    select * from {{ ref('stg_needs__needs') }}
),

responses as (
    select * from {{ ref('stg_need_responses__responses') }}
),

periods as (
    select * from {{ ref('int_periods') }}
),

enterprises as (
    select * from {{ ref('int_enterprises_succeeded') }}
),

ipc_fields as (
    select * from {{ ref('ipc_fields') }}
),

distinct_symbols as (
    select distinct
        {{ first_of_list('ipc_codes') }} as main_ipc,
        replace({{ first_of_list('ipc_codes') }}, ' ', '') || '/' as symbol
    from needs
    where ipc_codes is not null
),

matches as (
    {{ fields_of_symbols('distinct_symbols', 'ipc_fields') }}
),

answers as (
    select
        responses.period,
        responses.need_id,
        count(*) as response_count,
        min(responses.first_responded_on) as first_responded_on
    from responses
    inner join periods on responses.period = periods.period
    where responses.first_responded_on <= periods.month_end
    group by responses.period, responses.need_id
),

-- An answer is dated by the institution; one dated before the need was stated waited no time.
clocked as (
    select
        needs.*,
        coalesce(enterprises.evaluator_group, needs.enterprise_id) as evaluator_group,
        matches.field_no,
        coalesce(answers.response_count, 0) as response_count,
        answers.first_responded_on,
        greatest(coalesce(answers.first_responded_on, periods.month_end), needs.stated_on) as waited_until,
        cast(
            {{ dbt.dateadd('day', need_response_days(), 'needs.stated_on') }} as date
        ) as due_on
    from needs
    inner join periods on needs.period = periods.period
    left join enterprises
        on
            needs.period = enterprises.period
            and needs.enterprise_id = enterprises.enterprise_id
    left join matches
        on
            {{ first_of_list('needs.ipc_codes') }} = matches.main_ipc
            and matches.precedence = 1
    left join answers
        on
            needs.period = answers.period
            and needs.need_id = answers.need_id
),

final as (
    select
        period,
        need_id,
        enterprise_id,
        evaluator_group,
        need_title,
        need_text,
        field_no,
        cooperation_modes,
        needed_by,
        stated_on,
        need_status,
        is_name_disclosed,
        response_count,
        first_responded_on,
        {{ dbt.datediff('stated_on', 'waited_until', 'day') }} as days_open,
        due_on,
        waited_until > due_on and (first_responded_on is not null or need_status = 'open') as is_overdue,
        data_origin,
        received_at
    from clocked
)

select * from final
