-- Conservation: the screening holds every patent of the base library once, and nothing else.
with
base_library as (
    select patent_no from {{ ref('dim_patents') }}
    where is_base_library
),

screening as (
    select patent_no from {{ ref('fct_screening') }}
    where disposition in ('form_1', 'form_2', 'excluded')
),

final as (
    select
        base_library.patent_no as base_library_no,
        screening.patent_no as screening_no
    from base_library
    full outer join screening on base_library.patent_no = screening.patent_no
    where
        base_library.patent_no is null
        or screening.patent_no is null
)

select * from final
