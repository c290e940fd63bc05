-- Grain: One row per period and name of an owner, an institution or a party of a deal, with the key that all its spellings share.
-- 省 and 市 behind a place go, and so does a province before one of its cities. A city that bears its province's name
-- (吉林市 in 吉林省) keeps its 市, or the two would be one.
with
owner_names as (
    select * from {{ ref('int_owner_names_read') }}
),

institution_names as (
    select * from {{ ref('int_institutions_named') }}
),

deal_names as (
    select * from {{ ref('int_deal_names_listed') }}
),

regions as (
    select * from {{ ref('regions') }}
),

provinces as (
    select
        region_code,
        region_name,
        {{ without_ending('region_name', ['壮族自治区', '回族自治区', '维吾尔自治区', '自治区', '省', '市']) }} as stem
    from regions
    where region_level = 'province'
),

cities as (
    select
        regions.parent_code as province_code,
        regions.region_name,
        {{ without_ending('regions.region_name', ['市']) }} as stem
    from regions
    left join provinces on {{ without_ending('regions.region_name', ['市']) }} = provinces.stem
    where
        regions.region_level = 'city'
        and regions.region_name like '%市'
        and provinces.stem is null
),

names as (
    select
        period,
        owner_name,
        {{ bare_name('owner_name') }} as bare_name
    from owner_names
    union
    select
        period,
        owner_name,
        {{ bare_name('owner_name') }} as bare_name
    from institution_names
    union
    select
        period,
        party_name as owner_name,
        {{ bare_name('party_name') }} as bare_name
    from deal_names
),

bare_names as (
    select distinct bare_name from names
),

-- The full name of a place is looked for first, so that its 省 or 市 is not taken for a part of what follows.
in_provinces as (
    select
        bare_names.bare_name,
        provinces.region_code as province_code,
        coalesce(provinces.stem, '') as province_stem,
        substr(
            bare_names.bare_name,
            1 + case
                when bare_names.bare_name like provinces.region_name || '%' then length(provinces.region_name)
                else coalesce(length(provinces.stem), 0)
            end
        ) as behind_province
    from bare_names
    left join provinces on bare_names.bare_name like provinces.stem || '%'
),

in_cities as (
    select
        in_provinces.*,
        cities.stem as city_stem,
        substr(
            in_provinces.behind_province,
            1 + case
                when in_provinces.behind_province like cities.region_name || '%' then length(cities.region_name)
                else coalesce(length(cities.stem), 0)
            end
        ) as behind_city,
        row_number() over (
            partition by in_provinces.bare_name order by length(cities.stem) desc nulls last, cities.province_code
        ) as standing
    from in_provinces
    left join cities
        on
            in_provinces.behind_province like cities.stem || '%'
            and (in_provinces.province_code is null or in_provinces.province_code = cities.province_code)
),

final as (
    select
        names.period,
        names.owner_name,
        case
            when in_cities.city_stem is not null then in_cities.city_stem || in_cities.behind_city
            else in_cities.province_stem || in_cities.behind_province
        end as name_key
    from names
    inner join in_cities
        on
            names.bare_name = in_cities.bare_name
            and in_cities.standing = 1
)

select * from final
