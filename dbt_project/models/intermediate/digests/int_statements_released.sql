-- Grain: One row per statement that the digests of the period or of earlier months have released.
-- A statement is released once and for good, in a batch: the waiting statements of a cell go out together as soon as enough
-- evaluators are among them whom the cell does not hold yet. So whatever is published is a sum of batches, and no batch is
-- of fewer evaluators (docs/decisions/0018-disclosure.md). A month releases once: a later version of it repeats the first.
with
made as (
    select * from {{ ref('int_statements_made') }}
),

earlier as (
    select * from {{ ref('stg_dispatches__digest_cells') }}
    where period = '{{ var("period") }}'
),

released_months as (
    select count(*) as release_count
    from {{ ref('stg_lake__loads') }}
    where
        period = '{{ var("period") }}'
        and load_period = '{{ var("period") }}'
        and source = 'dispatches'
        and dataset = 'digest_cells'
),

waiting as (
    select
        made.*,
        cast(substr(made.period, 1, 4) as bigint) as digest_year
    from made
    left join earlier
        on
            made.statement_kind = earlier.statement_kind
            and made.statement_code = earlier.statement_code
            and made.patent_no = earlier.patent_no
            and made.enterprise_id = earlier.enterprise_id
    where earlier.statement_kind is null
),

-- Neither the group nor the enterprise may be in the cell: groups change.
newcomers as (
    select waiting.*
    from waiting
    left join earlier
        on
            waiting.statement_kind = earlier.statement_kind
            and waiting.statement_code = earlier.statement_code
            and waiting.institution_id = earlier.institution_id
            and waiting.sector_code = earlier.sector_code
            and waiting.digest_year = earlier.digest_year
            and (waiting.evaluator_group = earlier.evaluator_group or waiting.enterprise_id = earlier.enterprise_id)
    where earlier.statement_kind is null
),

batches as (
    select
        newcomers.statement_kind,
        newcomers.statement_code,
        newcomers.institution_id,
        newcomers.sector_code,
        newcomers.digest_year
    from newcomers
    cross join released_months
    where released_months.release_count = 0
    group by
        newcomers.statement_kind,
        newcomers.statement_code,
        newcomers.institution_id,
        newcomers.sector_code,
        newcomers.digest_year
    having count(distinct newcomers.evaluator_group) >= {{ digest_constants().min_evaluators }}
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
    from earlier
    union all
    select
        waiting.period,
        waiting.statement_kind,
        waiting.statement_code,
        waiting.patent_no,
        waiting.enterprise_id,
        waiting.evaluator_group,
        waiting.institution_id,
        waiting.sector_code,
        waiting.digest_year,
        waiting.period as released_in,
        waiting.data_origin
    from waiting
    inner join batches
        on
            waiting.statement_kind = batches.statement_kind
            and waiting.statement_code = batches.statement_code
            and waiting.institution_id = batches.institution_id
            and waiting.sector_code = batches.sector_code
            and waiting.digest_year = batches.digest_year
)

select * from final
