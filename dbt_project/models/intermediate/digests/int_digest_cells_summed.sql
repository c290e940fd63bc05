-- Grain: One row per institution, kind, sector and code of the year of which a statement has been released.
with
released as (
    select * from {{ ref('int_statements_released') }}
    where digest_year = cast(substr(period, 1, 4) as bigint)
),

enterprises as (
    select * from {{ ref('int_enterprises_located') }}
),

named as (
    select
        released.*,
        case
            when
                released.statement_kind in ('{{ digest_constants().named_kinds | join("', '") }}')
                then enterprises.enterprise_name
        end as shown_name
    from released
    left join enterprises
        on
            released.period = enterprises.period
            and released.enterprise_id = enterprises.enterprise_id
),

final as (
    select
        period,
        institution_id,
        statement_kind,
        sector_code,
        statement_code,
        digest_year,
        count(distinct evaluator_group) as evaluator_count,
        count(*) as statement_count,
        count(distinct case when released_in < period then evaluator_group end) as previous_evaluator_count,
        count(case when released_in < period then 1 end) as previous_statement_count,
        max(released_in) as released_in,
        {{ listed_once('shown_name') }} as enterprise_names,
        case when count(case when data_origin = 'real' then 1 end) = count(*) then 'real' else 'simulated' end
            as data_origin
    from named
    group by period, institution_id, statement_kind, sector_code, statement_code, digest_year
)

select * from final
