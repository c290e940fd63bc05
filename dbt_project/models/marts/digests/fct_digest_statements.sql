-- Grain: One row per statement that the digests of the period or of earlier months have released.
with
released as (
    select * from {{ ref('int_statements_released') }}
),

final as (
    select
        period,
        statement_kind,
        statement_code,
        patent_no,
        enterprise_id,
        evaluator_group,
        institution_id,
        sector_code,
        digest_year,
        released_in,
        data_origin
    from released
)

select * from final
