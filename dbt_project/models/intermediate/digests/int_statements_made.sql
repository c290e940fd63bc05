-- Grain: One row per statement that counts in the period: what an evaluator says, as a code, of a patent of the base library.
-- The reporting institution alone is told, so that a patent of several owners is counted once.
with
counted as (
    select * from {{ ref('int_evaluations_counted') }}
    where
        period = '{{ var("period") }}'
        and uncounted_reason is null
),

evaluations as (
    select * from {{ ref('stg_evaluations__evaluations') }}
),

owned as (
    select * from {{ ref('int_patents_owned') }}
    where is_base_library
),

patents as (
    select * from {{ ref('int_patents_described') }}
),

fields as (
    select * from {{ ref('technology_fields') }}
),

told as (
    select
        counted.period,
        counted.patent_no,
        counted.enterprise_id,
        counted.evaluator_group,
        owned.institution_id,
        patents.field_no,
        coalesce(fields.sector_code, 'unclassified') as sector_code,
        case
            when evaluations.improvement_kind is not null or evaluations.improvement_wanted is not null
                then coalesce(evaluations.improvement_kind, '{{ digest_constants().kind_without_code }}')
        end as wish_code,
        evaluations.decline_reason,
        evaluations.improvement_wanted,
        evaluations.data_origin
    from counted
    inner join evaluations
        on
            counted.period = evaluations.period
            and counted.patent_no = evaluations.patent_no
            and counted.enterprise_id = evaluations.enterprise_id
            and counted.evaluator_kind = evaluations.evaluator_kind
    inner join owned
        on
            counted.period = owned.period
            and counted.patent_no = owned.patent_no
    inner join patents
        on
            counted.period = patents.period
            and counted.patent_no = patents.patent_no
    left join fields on patents.field_no = fields.field_no
),

final as (
    select
        period,
        'wish' as statement_kind,
        wish_code as statement_code,
        patent_no,
        enterprise_id,
        evaluator_group,
        institution_id,
        field_no,
        sector_code,
        improvement_wanted as statement_text,
        data_origin
    from told
    where wish_code is not null
    union all
    select
        period,
        'decline' as statement_kind,
        decline_reason as statement_code,
        patent_no,
        enterprise_id,
        evaluator_group,
        institution_id,
        field_no,
        sector_code,
        cast(null as varchar) as statement_text,
        data_origin
    from told
    where decline_reason is not null
)

select * from final
