-- Grain: One row per patent of Form 2 in the period.
with
released_lines as (
    select * from {{ ref('int_lines_compiled') }}
    where period = '{{ var("period") }}'
),

final as (
    select
        period,
        patent_no,
        title,
        patent_type,
        filing_date,
        grant_date,
        expiry_date,
        owners,
        institution_id,
        institution_name,
        province_code,
        province_name,
        city_code,
        city_name,
        field_no,
        field_name,
        main_ipc,
        ipc_subclass,
        ipc_subclass_title,
        sei_code,
        sei_name,
        sei_evidence,
        is_priority,
        priority_rank,
        priority_ground,
        priority_evidence,
        maturity_word,
        trl,
        application_scenario,
        prospect_level,
        intent,
        maturity_stage,
        market_prospect,
        tier,
        conversion_stage,
        evaluator_count,
        theta,
        l80,
        data_origin,
        simulated_fields
    from released_lines
)

select * from final
