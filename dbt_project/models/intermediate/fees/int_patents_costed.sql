-- Grain: One row per patent of the base library in force at the month's end, with what it costs to keep it to its term.
with
periods as (
    select * from {{ ref('int_periods') }}
    where months_back = 0
),

patents as (
    select * from {{ ref('int_patents_described') }}
    where is_base_library and is_in_force
),

fees as (
    select * from {{ ref('int_fees_due') }}
),

summed as (
    select
        fees.period,
        fees.patent_no,
        min(case when fees.is_to_come then fees.fee_year end) as next_fee_year,
        min(case when fees.is_to_come then fees.due_on end) as next_fee_due_on,
        sum(case when fees.is_to_come then fees.fee_yuan end) as cost_to_expiry_yuan,
        sum(
            case
                when fees.is_to_come and fees.due_on <= {{ dbt.dateadd('year', 1, 'periods.month_end') }} then fees.fee_yuan
            end
        ) as cost_of_next_year_yuan,
        max(case when not fees.is_to_come then fees.due_on end) as late_fee_due_on,
        sum(case when not fees.is_to_come then fees.fee_yuan end) as late_fee_yuan,
        sum(fees.surcharge_yuan) as late_surcharge_yuan
    from fees
    inner join periods on fees.period = periods.period
    group by fees.period, fees.patent_no
),

final as (
    select
        patents.period,
        patents.patent_no,
        cast(summed.next_fee_year as bigint) as next_fee_year,
        summed.next_fee_due_on,
        next_fees.fee_yuan as next_fee_yuan,
        cast(coalesce(summed.cost_to_expiry_yuan, 0) as bigint) as cost_to_expiry_yuan,
        cast(coalesce(summed.cost_of_next_year_yuan, 0) as bigint) as cost_of_next_year_yuan,
        summed.late_fee_due_on,
        cast(summed.late_fee_yuan as bigint) as late_fee_yuan,
        cast(summed.late_surcharge_yuan as double) as late_surcharge_yuan
    from patents
    inner join periods on patents.period = periods.period
    left join summed
        on
            patents.period = summed.period
            and patents.patent_no = summed.patent_no
    left join fees as next_fees
        on
            summed.period = next_fees.period
            and summed.patent_no = next_fees.patent_no
            and summed.next_fee_year = next_fees.fee_year
)

select * from final
