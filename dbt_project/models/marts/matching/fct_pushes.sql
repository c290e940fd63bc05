-- Grain: One row per patent and enterprise to which it is pushed in the period.
with
matches as (
    select * from {{ ref('int_matches_scored') }}
    where is_pushed
),

recipients as (
    select * from {{ ref('fct_push_recipients') }}
),

patents as (
    select * from {{ ref('dim_patents') }}
),

-- What was invented of an enterprise moves its probabilities and may stand among its reasons.
invented as (
    select enterprise_id from {{ ref('fct_push_needs') }}
    where data_origin = 'simulated'
    union
    select enterprise_id from {{ ref('fct_push_opinions') }}
    where data_origin = 'simulated'
    union
    select enterprise_id from {{ ref('fct_push_responses') }}
    where data_origin = 'simulated'
),

final as (
    select
        matches.period,
        matches.patent_no,
        matches.enterprise_id,
        recipients.enterprise_name,
        matches.push_rank,
        matches.probability,
        matches.push_reasons as reasons,
        matches.reason_evidence,
        matches.is_for_minimum,
        patents.title,
        patents.patent_type,
        patents.filing_date,
        patents.expiry_date,
        patents.owners,
        patents.institution_id,
        patents.institution_name,
        patents.city_name,
        patents.field_name,
        patents.main_ipc,
        patents.abstract,
        matches.tier,
        case
            when patents.data_origin = 'simulated' or recipients.data_origin = 'simulated' then 'simulated'
            else 'real'
        end as data_origin,
        case
            when patents.data_origin = 'real' and recipients.data_origin = 'real'
                then {{ merge_lists([
                    'patents.simulated_fields',
                    'recipients.simulated_fields',
                    "case when invented.enterprise_id is not null then 'probability|reasons' end",
                ]) }}
        end as simulated_fields
    from matches
    inner join recipients on matches.enterprise_id = recipients.enterprise_id
    inner join patents on matches.patent_no = patents.patent_no
    left join invented on matches.enterprise_id = invented.enterprise_id
)

select * from final
