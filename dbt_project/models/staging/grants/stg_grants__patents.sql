-- Grain: One row per period and patent: the latest that was known.
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
