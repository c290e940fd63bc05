-- Grain: One row per period, patent and owner, with what the owner's name says.
with
patents as (
    select * from {{ ref('stg_grants__patents') }}
),

institution_names as (
    select * from {{ ref('int_institutions_named') }}
),

word_lists as (
    select * from {{ ref('word_lists') }}
),

owners as (
    select
        period,
        patent_no,
        {{ explode_list('owners', 'owner_name', 'owner_position') }}
    from patents
),

distinct_names as (
    select distinct owner_name from owners
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
        ) as reads_as_enterprise
    from distinct_names
    cross join word_lists
    group by distinct_names.owner_name
),

final as (
    select
        owners.period,
        owners.patent_no,
        owners.owner_position,
        owners.owner_name,
        institution_names.institution_id,
        readings.is_military,
        readings.reads_as_enterprise and institution_names.institution_id is null as is_enterprise
    from owners
    inner join readings on owners.owner_name = readings.owner_name
    left join institution_names
        on
            owners.period = institution_names.period
            and owners.owner_name = institution_names.owner_name
)

select * from final
