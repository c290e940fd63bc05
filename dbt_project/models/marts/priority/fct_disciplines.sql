-- Grain: One row per institution and technology field in which it has a patent of the base library in force, in the period.
with
disciplines as (
    select * from {{ ref('int_disciplines_measured') }}
    where period = '{{ var("period") }}'
),

institutions as (
    select * from {{ ref('dim_institutions') }}
),

final as (
    select
        disciplines.period,
        disciplines.institution_id,
        institutions.institution_name,
        institutions.province_code,
        institutions.city_code,
        disciplines.field_no,
        disciplines.field_name,
        row_number() over (
            partition by disciplines.institution_id
            order by -disciplines.discipline_strength, disciplines.field_no
        ) as discipline_position,
        disciplines.discipline_patent_count,
        disciplines.institution_patent_count,
        disciplines.field_patent_count,
        disciplines.library_patent_count,
        disciplines.expected_patent_count,
        disciplines.location_quotient,
        disciplines.discipline_strength,
        disciplines.is_strong_discipline,
        disciplines.discipline_real_patent_count,
        disciplines.library_real_patent_count
    from disciplines
    inner join institutions on disciplines.institution_id = institutions.institution_id
)

select * from final
