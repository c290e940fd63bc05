-- Grain: One row per period, owner's name and institution whose registered name begins it, with the rule for what follows.
-- Of several registered names that begin a name the longest counts, and of several rules the first.
with
owner_names as (
    select * from {{ ref('int_owner_names_read') }}
),

institution_names as (
    select * from {{ ref('int_institutions_named') }}
),

keyed as (
    select * from {{ ref('int_names_keyed') }}
),

owner_rules as (
    select * from {{ ref('owner_rules') }}
),

owner_unit_patterns as (
    select * from {{ ref('owner_unit_patterns') }}
),

places as (
    select distinct {{ without_ending('region_name', ['壮族自治区', '回族自治区', '维吾尔自治区', '自治区', '省', '市']) }} as stem
    from {{ ref('regions') }}
    where
        region_level = 'province'
        or region_name like '%市'
),

registered as (
    select
        institution_names.period,
        institution_names.institution_id,
        institution_names.institution_kind,
        institution_names.owner_name as matched_name,
        keyed.name_key,
        length(keyed.name_key) as key_length
    from institution_names
    inner join keyed
        on
            institution_names.period = keyed.period
            and institution_names.owner_name = keyed.owner_name
),

key_lengths as (
    select distinct
        period,
        key_length
    from registered
),

name_starts as (
    select
        keyed.period,
        keyed.owner_name,
        key_lengths.key_length,
        left(keyed.name_key, key_lengths.key_length) as name_key,
        substr(keyed.name_key, key_lengths.key_length + 1) as name_rest
    from owner_names
    inner join keyed
        on
            owner_names.period = keyed.period
            and owner_names.owner_name = keyed.owner_name
    inner join key_lengths
        on
            keyed.period = key_lengths.period
            and length(keyed.name_key) > key_lengths.key_length
    where not owner_names.is_military
),

begun as (
    select
        name_starts.*,
        registered.institution_id,
        registered.institution_kind,
        registered.matched_name,
        max(name_starts.key_length) over (partition by name_starts.period, name_starts.owner_name) as longest
    from name_starts
    inner join registered
        on
            name_starts.period = registered.period
            and name_starts.name_key = registered.name_key
),

placed as (
    select
        begun.*,
        begun.owner_name like begun.matched_name || '（%' or places.stem is not null as begins_with_place,
        row_number() over (
            partition by begun.period, begun.owner_name, begun.institution_id, begun.matched_name
            order by places.stem
        ) as place_rank
    from begun
    left join places on begun.name_rest like places.stem || '%'
    where begun.key_length = begun.longest
),

ruled as (
    select
        placed.*,
        owner_rules.rule_id,
        row_number() over (
            partition by placed.period, placed.owner_name, placed.institution_id
            order by owner_rules.precedence, placed.matched_name
        ) as standing
    from placed
    inner join owner_unit_patterns
        on
            placed.name_rest like owner_unit_patterns.pattern
            and (placed.begins_with_place or not owner_unit_patterns.begins_with_place)
            and owner_unit_patterns.only_kind in ('any', placed.institution_kind)
    inner join owner_rules
        on
            owner_unit_patterns.rule_id = owner_rules.rule_id
            and length(placed.matched_name) >= owner_rules.min_length
    where placed.place_rank = 1
),

final as (
    select
        period,
        owner_name,
        institution_id,
        rule_id,
        matched_name
    from ruled
    where standing = 1
)

select * from final
