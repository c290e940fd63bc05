-- Grain: One row per period, platform and patent that it had registered by the month's last day.
-- What has left Form 2 since is to be taken down; why is told as it is told to enterprises.
with
periods as (
    select * from {{ ref('int_periods') }}
),

listings as (
    select listings.*
    from {{ ref('stg_platform_listings__listings') }} as listings
    inner join periods
        on
            listings.period = periods.period
            and listings.listed_on <= periods.month_end
),

patents as (
    select * from {{ ref('int_patents_described') }}
),

institutions as (
    select * from {{ ref('int_institutions_located') }}
),

screened as (
    select * from {{ ref('int_patents_screened') }}
),

final as (
    select
        listings.period,
        listings.sender_id,
        listings.patent_no,
        patents.institution_id,
        institutions.province_code,
        institutions.city_code,
        listings.listed_on,
        case when listings.released_on <= periods.month_end then listings.released_on end as released_on,
        case when listings.released_on <= periods.month_end then listings.release_batch_no end as release_batch_no,
        case
            when screened.disposition = 'form_2' then null
            when patents.patent_no is null then 'unknown'
            when not patents.is_in_force then 'not_in_force'
            when screened.form1_category = 'disputed' then 'disputed'
            when screened.form1_category in ('transferred', 'licensed') then 'converted'
            else 'withdrawn'
        end as delisting_reason,
        listings.data_origin,
        listings.learned_at,
        listings.received_at,
        listings.source_file,
        listings.source_row
    from listings
    inner join periods on listings.period = periods.period
    left join patents
        on
            listings.period = patents.period
            and listings.patent_no = patents.patent_no
    left join institutions
        on
            patents.period = institutions.period
            and patents.institution_id = institutions.institution_id
    left join screened
        on
            listings.period = screened.period
            and listings.patent_no = screened.patent_no
)

select * from final
