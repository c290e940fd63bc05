-- Grain: One row per period, institution and technology field in which it has a patent of the base library in force.
-- The location quotient of the institution in the field, and its strength: the same after shrinkage (policy/priority.yml).
with
stock as (
    select
        period,
        institution_id,
        field_no,
        field_name,
        data_origin
    from {{ ref('int_patents_described') }}
    where
        is_base_library
        and is_in_force
        and field_no is not null
),

cells as (
    select
        period,
        institution_id,
        field_no,
        max(field_name) as field_name,
        count(*) as discipline_patent_count,
        cast(sum(case when data_origin = 'real' then 1 else 0 end) as bigint) as discipline_real_patent_count
    from stock
    group by period, institution_id, field_no
),

totals as (
    select
        *,
        cast(sum(discipline_patent_count) over (partition by period, institution_id) as bigint) as institution_patent_count,
        cast(sum(discipline_patent_count) over (partition by period, field_no) as bigint) as field_patent_count,
        cast(sum(discipline_patent_count) over (partition by period) as bigint) as library_patent_count,
        cast(sum(discipline_real_patent_count) over (partition by period) as bigint) as library_real_patent_count
    from cells
),

expected as (
    select
        *,
        cast(institution_patent_count as double) * field_patent_count / library_patent_count as expected_patent_count
    from totals
),

measured as (
    select
        *,
        discipline_patent_count / expected_patent_count as location_quotient,
        (discipline_patent_count + {{ discipline_constants().prior_weight }})
        / (expected_patent_count + {{ discipline_constants().prior_weight }}) as discipline_strength
    from expected
),

final as (
    select
        *,
        discipline_patent_count >= {{ discipline_constants().min_patents }}
        and discipline_strength >= {{ discipline_constants().min_strength }} as is_strong_discipline
    from measured
)

select * from final
