-- Grain: One row per duty, unit that bears it and item that others have told, answered or covered, with the day.
-- An item is an enterprise of a class, a push, an institution with evaluated patents, or a technology field.
with
periods as (
    select * from {{ ref('int_periods') }}
    where months_back = 0
),

milestones as (
    select distinct
        milestones.milestone_id,
        milestones.measure,
        milestones.due_date,
        milestones.province_codes,
        rates.required_rate
    from {{ ref('milestones') }} as milestones
    inner join {{ ref('milestone_rates') }} as rates on milestones.milestone_id = rates.milestone_id
),

owed_classes as (
    select * from {{ ref('milestone_classes') }}
),

classes as (
    select * from {{ ref('int_enterprise_classes_judged') }}
    where is_counted
),

enterprises as (
    select * from {{ ref('stg_enterprises__enterprises') }}
),

pushes as (
    select * from {{ ref('stg_dispatches__pushes') }}
),

evaluations as (
    select * from {{ ref('stg_evaluations__evaluations') }}
),

counted_evaluations as (
    select * from {{ ref('int_evaluations_counted') }}
    where uncounted_reason is null
),

digest_cells as (
    select * from {{ ref('stg_dispatches__digest_cells') }}
),

patents as (
    select * from {{ ref('int_patents_described') }}
),

institutions as (
    select * from {{ ref('int_institutions_located') }}
),

fields as (
    select distinct field_no from {{ ref('ipc_fields') }}
),

expert_fields as (
    select * from {{ ref('int_expert_fields') }}
),

experts as (
    select * from {{ ref('stg_experts__experts') }}
),

-- Of an enterprise that never registered its credit code tells the province (GB 32100: its third and fourth digit).
recognised as (
    select distinct
        periods.period,
        milestones.milestone_id,
        milestones.required_rate,
        classes.enterprise_id as item_id,
        coalesce(enterprises.province_code, substr(classes.enterprise_id, 3, 2)) as scope_code,
        enterprises.first_reported_on as item_done_on,
        enterprises.data_origin = 'real' as is_real
    from milestones
    inner join owed_classes on milestones.milestone_id = owed_classes.milestone_id
    inner join classes on owed_classes.enterprise_class = classes.enterprise_class
    inner join periods on classes.period = periods.period
    left join enterprises
        on
            classes.period = enterprises.period
            and classes.enterprise_id = enterprises.enterprise_id
    where
        milestones.province_codes in (
            'all', coalesce(enterprises.province_code, substr(classes.enterprise_id, 3, 2))
        )
),

-- A month is pushed after its end, so an evaluation in a later month answers it.
answers as (
    select
        pushes.period,
        milestones.milestone_id,
        milestones.required_rate,
        enterprises.province_code as scope_code,
        pushes.pushed_in || ':' || pushes.patent_no || ':' || pushes.enterprise_id as item_id,
        min(evaluations.evaluated_on) as item_done_on,
        bool_and(evaluations.data_origin = 'real') as is_real
    from milestones
    inner join pushes on milestones.due_date >= {{ month_end_of('pushes.pushed_in') }}
    inner join periods on pushes.period = periods.period
    inner join enterprises
        on
            pushes.period = enterprises.period
            and pushes.enterprise_id = enterprises.enterprise_id
            and milestones.province_codes in ('all', enterprises.province_code)
    left join evaluations
        on
            pushes.period = evaluations.period
            and pushes.patent_no = evaluations.patent_no
            and pushes.enterprise_id = evaluations.enterprise_id
            and {{ month_number_of('pushes.pushed_in') }} < {{ month_number('evaluations.evaluated_on') }}
            and periods.month_end >= evaluations.evaluated_on
    where milestones.measure = 'answered_rate'
    group by
        pushes.period,
        milestones.milestone_id,
        milestones.required_rate,
        enterprises.province_code,
        pushes.pushed_in,
        pushes.patent_no,
        pushes.enterprise_id
),

-- What the month itself tells goes out with its publication: later views of it know of that, and count it no more than the first.
digested as (
    select
        period,
        institution_id,
        min({{ month_end_of('released_in') }}) as released_on,
        bool_and(data_origin = 'real') as is_real
    from digest_cells
    where released_in < period
    group by period, institution_id
),

judged_institutions as (
    select distinct
        institutions.period,
        milestones.milestone_id,
        milestones.required_rate,
        institutions.province_code as scope_code,
        institutions.institution_id as item_id,
        digested.released_on as item_done_on,
        digested.is_real
    from milestones
    inner join institutions on milestones.province_codes in ('all', institutions.province_code)
    inner join periods on institutions.period = periods.period
    inner join patents
        on
            institutions.period = patents.period
            and institutions.institution_id = patents.institution_id
    inner join counted_evaluations
        on
            patents.period = counted_evaluations.period
            and patents.patent_no = counted_evaluations.patent_no
    inner join evaluations
        on
            counted_evaluations.period = evaluations.period
            and counted_evaluations.patent_no = evaluations.patent_no
            and counted_evaluations.enterprise_id = evaluations.enterprise_id
            and milestones.due_date >= evaluations.evaluated_on
    left join digested
        on
            institutions.period = digested.period
            and institutions.institution_id = digested.institution_id
    where milestones.measure = 'digested_rate'
),

covered as (
    select
        expert_fields.period,
        expert_fields.field_no,
        min(experts.available_from) as covered_on,
        bool_and(experts.data_origin = 'real') as is_real
    from expert_fields
    inner join periods on expert_fields.period = periods.period
    inner join experts
        on
            expert_fields.period = experts.period
            and expert_fields.expert_id = experts.expert_id
            and periods.month_end >= experts.available_from
    group by expert_fields.period, expert_fields.field_no
),

expert_pool as (
    select
        periods.period,
        milestones.milestone_id,
        milestones.required_rate,
        'CN' as scope_code,
        cast(fields.field_no as varchar) as item_id,
        covered.covered_on as item_done_on,
        covered.is_real
    from milestones
    cross join periods
    cross join fields
    left join covered
        on
            periods.period = covered.period
            and fields.field_no = covered.field_no
    where milestones.measure = 'expert_fields'
),

final as (
    select
        period,
        milestone_id,
        required_rate,
        scope_code,
        'enterprise' as item_kind,
        item_id,
        item_done_on,
        is_real
    from recognised
    union all
    select
        period,
        milestone_id,
        required_rate,
        scope_code,
        'push' as item_kind,
        item_id,
        item_done_on,
        is_real
    from answers
    union all
    select
        period,
        milestone_id,
        required_rate,
        scope_code,
        'institution' as item_kind,
        item_id,
        item_done_on,
        is_real
    from judged_institutions
    union all
    select
        period,
        milestone_id,
        required_rate,
        scope_code,
        'field' as item_kind,
        item_id,
        item_done_on,
        is_real
    from expert_pool
)

select * from final
