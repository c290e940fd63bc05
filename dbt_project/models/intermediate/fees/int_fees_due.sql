-- Grain: One row per patent of the base library in force and annual fee that is to come or may still be paid late.
-- Whether a fee was paid is not known.
with
periods as (
    select * from {{ ref('int_periods') }}
    where months_back = 0
),

patents as (
    select * from {{ ref('int_patents_described') }}
    where is_base_library and is_in_force
),

annual_fees as (
    select * from {{ ref('annual_fees') }}
),

due as (
    select
        patents.period,
        patents.patent_no,
        patents.grant_date,
        patents.expiry_date,
        periods.month_end,
        annual_fees.fee_year,
        annual_fees.fee_yuan,
        cast({{ dbt.dateadd('year', 'annual_fees.fee_year - 1', 'patents.filing_date') }} as date) as due_on
    from patents
    inner join periods on patents.period = periods.period
    inner join annual_fees on patents.patent_type = annual_fees.patent_type
),

placed as (
    select
        period,
        patent_no,
        fee_year,
        fee_yuan,
        due_on,
        due_on > month_end as is_to_come,
        {{ month_number('month_end') }} - ({{ month_number('due_on') }}) as late_months
    from due
    where
        due_on > grant_date
        and due_on <= expiry_date
        and {{ dbt.dateadd('month', fee_constants()['grace_months'], 'due_on') }} >= month_end
),

final as (
    select
        period,
        patent_no,
        fee_year,
        fee_yuan,
        due_on,
        is_to_come,
        case when not is_to_come then late_months end as late_months,
        case when not is_to_come then {{ fee_constants()['late_rate'] }} * late_months * fee_yuan end as surcharge_yuan
    from placed
)

select * from final
