-- Grain: One row per institution, and one for the nation, with the stock at both ends of the quarter and what moved it.
{% set causes = stock_causes() %}
with
quarters as (
    select * from {{ ref('int_quarters') }}
    where is_current
),

institutions as (
    select * from {{ ref('int_institutions_located') }}
    where period = '{{ var("period") }}'
),

stock as (
    select * from {{ ref('int_quarter_stock') }}
),

moves as (
    select * from {{ ref('int_quarter_moves') }}
),

opening as (
    select
        previous_institution_id as institution_id,
        count(*) as opening_count
    from stock
    where was_stock
    group by previous_institution_id
),

closing as (
    select
        institution_id,
        count(*) as closing_count
    from stock
    where is_stock
    group by institution_id
),

origins as (
    select
        institution_id,
        bool_and(data_origin = 'real') as is_real
    from (
        select
            institution_id,
            data_origin
        from stock
        where is_stock
        union all
        select
            previous_institution_id as institution_id,
            data_origin
        from stock
        where was_stock
    ) as held
    group by institution_id
),

moved as (
    select
        institution_id,
        {{ moved_by_cause() }}
    from moves
    group by institution_id
),

by_institution as (
    select
        institutions.institution_id,
        institutions.institution_name,
        coalesce(origins.is_real, institutions.data_origin = 'real') as is_real,
        {{ columns_or_zero('opening', ['opening_count']) }},
        {{ columns_or_zero('moved', causes) }},
        {{ columns_or_zero('closing', ['closing_count']) }}
    from institutions
    left join opening on institutions.institution_id = opening.institution_id
    left join closing on institutions.institution_id = closing.institution_id
    left join moved on institutions.institution_id = moved.institution_id
    left join origins on institutions.institution_id = origins.institution_id
),

scoped as (
    select
        'institution' as scope_kind,
        institution_id as scope_code,
        institution_name as scope_name,
        is_real,
        opening_count,
        {{ causes | join(', ') }},
        closing_count
    from by_institution
    union all
    select
        'national' as scope_kind,
        'CN' as scope_code,
        '全国' as scope_name,
        bool_and(is_real) as is_real,
        {{ summed_columns('by_institution', ['opening_count'] + (causes | list) + ['closing_count']) }}
    from by_institution
    having count(*) > 0
),

final as (
    select
        '{{ var("period") }}' as period,
        quarters.quarter,
        scoped.scope_kind,
        scoped.scope_code,
        scoped.scope_name,
        scoped.opening_count,
        {{ causes | join(', ') }},
        scoped.closing_count,
        scoped.closing_count - scoped.opening_count - ({{ causes | join(' + ') }}) as residual_count,
        case when scoped.is_real then 'real' else 'simulated' end as data_origin
    from scoped
    cross join quarters

)

select * from final
