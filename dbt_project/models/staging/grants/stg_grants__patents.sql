-- Grain: One row per period and patent: the latest that was known, with month and instant of the first.
with
periods as (
    {{ spine() }}
),

patents as (
    select * from {{ source('grants', 'patents') }}
),

ranked as (
    select
        patents.*,
        periods.period as known_in,
        min(patents.received_at) over (partition by periods.period, patents.patent_no) as learned_at,
        min(patents.period) over (partition by periods.period, patents.patent_no) as first_load_period,
        row_number() over (
            {{ latest_first(['periods.period', 'patents.patent_no'], 'patents') }}
        ) as recency
    from patents
    inner join periods on patents.period <= periods.loads_until
),

final as (
    select
        known_in as period,
        patent_no,
        title,
        patent_type,
        filing_date,
        grant_date,
        owners,
        owner_usccs,
        ipc_codes,
        legal_status,
        abstract,
        period as load_period,
        first_load_period,
        learned_at,
        data_origin,
        simulated_fields,
        received_at,
        load_id,
        sender_id,
        source_file,
        source_row
    from ranked
    where recency = 1
)

select * from final
