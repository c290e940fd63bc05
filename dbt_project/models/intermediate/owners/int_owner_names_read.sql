-- Grain: One row per period and owner's name, with what it reads like.
with
owners as (
    select * from {{ ref('int_owners_listed') }}
),

word_lists as (
    select
        list_name,
        word
    from {{ ref('word_lists') }}
    union all
    select
        list_name,
        word
    from {{ ref('owner_words') }}
),

names as (
    select
        period,
        owner_name,
        count(distinct patent_no) as patent_count
    from owners
    group by period, owner_name
),

distinct_names as (
    select distinct owner_name from names
),

readings as (
    select
        distinct_names.owner_name,
        bool_or(
            word_lists.list_name = 'military_name_contains'
            and distinct_names.owner_name like '%' || word_lists.word || '%'
        ) as is_military,
        bool_or(
            word_lists.list_name = 'enterprise_name_contains'
            and distinct_names.owner_name like '%' || word_lists.word || '%'
            or word_lists.list_name = 'enterprise_name_ends_with'
            and distinct_names.owner_name like '%' || word_lists.word
        ) as reads_as_enterprise,
        bool_or(
            word_lists.list_name = 'institution_name_contains'
            and distinct_names.owner_name like '%' || word_lists.word || '%'
        ) as has_institution_word
    from distinct_names
    cross join word_lists
    group by distinct_names.owner_name
),

final as (
    select
        names.period,
        names.owner_name,
        names.patent_count,
        readings.is_military,
        readings.reads_as_enterprise,
        readings.has_institution_word
        and not readings.is_military
        and not readings.reads_as_enterprise as reads_as_institution
    from names
    inner join readings on names.owner_name = readings.owner_name
)

select * from final
