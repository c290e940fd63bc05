-- Grain: One row per period, institution and scope that it is counted in.
with
institutions as (
    select
        *,
        coalesce(ip_university_role, 'other') as coverage_role
    from {{ ref('int_institutions_located') }}
),

final as (
    {{ scope_rows('institutions', ['period', 'institution_id'], [
        ('national', "'CN'", "'全国'"),
        ('province', 'province_code', 'province_name'),
        ('city', 'city_code', 'city_name'),
        ('ministry', 'ministry', 'ministry'),
        ('institution_kind', 'institution_kind', 'institution_kind'),
        ('ip_university_role', 'coverage_role', 'coverage_role'),
        ('institution', 'institution_id', 'institution_name'),
    ]) }}
)

select * from final
