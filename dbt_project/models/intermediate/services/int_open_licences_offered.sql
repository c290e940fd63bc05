-- Grain: One row per patent of the base library for which its reporting institution offers an open licence.
-- The offer stands at the month's end; the fee and the consent of every owner are checked.
with
periods as (
    select * from {{ ref('int_periods') }}
    where months_back = 0
),

offers as (
    select * from {{ ref('stg_open_license_offers__offers') }}
),

patents as (
    select * from {{ ref('int_patents_described') }}
    where is_base_library
),

known as (
    select
        offers.*,
        patents.institution_id,
        patents.institution_name,
        patents.owners,
        coalesce(offers.consenting_owners || '|', '') || patents.institution_name as consenting,
        row_number() over (
            partition by offers.period, offers.patent_no
            order by offers.received_at desc, offers.load_id desc, offers.source_row desc
        ) as recency
    from offers
    inner join periods on offers.period = periods.period
    inner join patents
        on
            offers.period = patents.period
            and offers.patent_no = patents.patent_no
    where
        offers.sender_id in ('platform', patents.institution_id)
        and offers.offered_from <= periods.month_end
        and coalesce(offers.offered_until >= periods.month_end, true)
),

final as (
    select
        period,
        patent_no,
        institution_id,
        license_fee_basis,
        offered_fee_yuan,
        offered_royalty_percent,
        consenting_owners,
        {{ list_without('owners', 'consenting') }} as silent_owners,
        offered_from,
        offered_until,
        case
            when license_fee_basis = 'free' then 'within'
            when license_fee_basis = 'fixed' and offered_fee_yuan is null then 'unstated'
            when license_fee_basis != 'fixed' and offered_royalty_percent is null then 'unstated'
            when offered_fee_yuan > {{ service_constants()['max_fixed_fee_yuan'] }} then 'above'
            when license_fee_basis = 'net_sales' and offered_royalty_percent > {{ service_constants()['max_sales_percent'] }}
                then 'above'
            when license_fee_basis = 'profit' and offered_royalty_percent > {{ service_constants()['max_profit_percent'] }}
                then 'above'
            else 'within'
        end as fee_check,
        data_origin,
        received_at,
        source_file,
        source_row
    from known
    where recency = 1
)

select * from final
