-- Grain: One row per patent whose line was added, moved out or altered between the month before and the period.
-- In the first month of the programme every line is an addition.
with
lines as (
    select * from {{ ref('int_lines_compiled') }}
),

periods as (
    select * from {{ ref('int_periods') }}
),

screened as (
    select * from {{ ref('int_patents_screened') }}
),

compared_columns as (
    select * from {{ ref('compared_columns') }}
),

this_month as (
    select
        period,
        previous_period
    from periods
    where months_back = 0
),

current_lines as (
    select lines.*
    from lines
    inner join this_month on lines.period = this_month.period
),

previous_lines as (
    select lines.*
    from lines
    inner join this_month on lines.period = this_month.previous_period
),

now_screened as (
    select screened.*
    from screened
    inner join this_month on screened.period = this_month.period
),

previously_screened as (
    select screened.*
    from screened
    inner join this_month on screened.period = this_month.previous_period
),

added as (
    select
        current_lines.patent_no,
        current_lines.institution_id,
        current_lines.province_code,
        current_lines.city_code,
        'ADD' as change_kind,
        cast(null as varchar) as changed_columns,
        cast(null as varchar) as old_value,
        cast(null as varchar) as new_value,
        case
            when this_month.previous_period is null then '首月入库'
            when previously_screened.patent_no is null then '新入库'
            when previously_screened.reasons like '%not_granted%' then '新授权'
            when previously_screened.reasons like '%not_inventoried%' then '新盘点'
            when previously_screened.excluding_stage = 'assessment' then '补正后入选'
            else '重新入选'
        end as change_reason,
        current_lines.data_origin,
        current_lines.simulated_fields
    from current_lines
    cross join this_month
    left join previous_lines on current_lines.patent_no = previous_lines.patent_no
    left join previously_screened on current_lines.patent_no = previously_screened.patent_no
    where previous_lines.patent_no is null
),

removed as (
    select
        previous_lines.patent_no,
        previous_lines.institution_id,
        previous_lines.province_code,
        previous_lines.city_code,
        'DEL' as change_kind,
        cast(null as varchar) as changed_columns,
        cast(null as varchar) as old_value,
        cast(null as varchar) as new_value,
        case
            when now_screened.disposition = 'form_1' then '列入表一：' || now_screened.form1_label
            when now_screened.disposition = 'excluded' then now_screened.reason_labels
            else '移出基础库'
        end as change_reason,
        previous_lines.data_origin,
        previous_lines.simulated_fields
    from previous_lines
    left join current_lines on previous_lines.patent_no = current_lines.patent_no
    left join now_screened on previous_lines.patent_no = now_screened.patent_no
    where current_lines.patent_no is null
),

differences as (
    {{ column_differences('current_lines', 'previous_lines', 'patent_no', compared_column_names()) }}
),

differing as (
    select
        differences.patent_no,
        {{ dbt.listagg('differences.column_name', "'|'", 'order by differences.column_name') }} as changed_columns,
        {{ dbt.listagg('differences.old_cell', "'|'", 'order by differences.column_name') }} as old_value,
        {{ dbt.listagg('differences.new_cell', "'|'", 'order by differences.column_name') }} as new_value,
        {{ dbt.listagg('compared_columns.label', "'、'", 'order by differences.column_name') }} as labels
    from differences
    inner join compared_columns on differences.column_name = compared_columns.column_name
    group by differences.patent_no
),

altered as (
    select
        current_lines.patent_no,
        current_lines.institution_id,
        current_lines.province_code,
        current_lines.city_code,
        'MOD' as change_kind,
        differing.changed_columns,
        differing.old_value,
        differing.new_value,
        differing.labels || '变更' as change_reason,
        current_lines.data_origin,
        current_lines.simulated_fields
    from current_lines
    inner join differing on current_lines.patent_no = differing.patent_no
),

changes as (
    select * from added
    union all
    select * from removed
    union all
    select * from altered
),

final as (
    select
        this_month.period,
        changes.patent_no,
        changes.institution_id,
        changes.province_code,
        changes.city_code,
        'previous_month' as change_base,
        changes.change_kind,
        changes.changed_columns,
        changes.old_value,
        changes.new_value,
        changes.change_reason,
        changes.data_origin,
        changes.simulated_fields
    from changes
    cross join this_month
)

select * from final
