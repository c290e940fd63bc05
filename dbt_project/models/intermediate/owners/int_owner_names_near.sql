-- Grain: One row per period, owner's name, institution and registered name that differs from it in one character.
-- Names of one length differ in one character when they are equal without the character at the same position; the longer
-- of two names has one too many when it equals the other without one. Counted in characters, where the engines' own edit
-- distances may count bytes.
with
owner_names as (
    select * from {{ ref('int_owner_names_read') }}
),

institution_names as (
    select * from {{ ref('int_institutions_named') }}
),

owner_rules as (
    select * from {{ ref('owner_rules') }}
    where rule_id = 'near_name'
),

telling as (
    select word from {{ ref('owner_words') }}
    where list_name = 'telling_character'
),

long_names as (
    select
        owner_names.period,
        owner_names.owner_name
    from owner_names
    inner join owner_rules on length(owner_names.owner_name) + 1 >= owner_rules.min_length
    left join institution_names
        on
            owner_names.period = institution_names.period
            and owner_names.owner_name = institution_names.owner_name
    where
        owner_names.reads_as_institution
        and institution_names.owner_name is null
),

long_registered as (
    select
        institution_names.period,
        institution_names.institution_id,
        institution_names.owner_name as matched_name
    from institution_names
    inner join owner_rules on length(institution_names.owner_name) >= owner_rules.min_length
),

owner_characters as (
    select
        period,
        owner_name,
        {{ explode_characters('owner_name', 'cut', 'cut_position') }}
    from long_names
),

registered_characters as (
    select
        period,
        institution_id,
        matched_name,
        {{ explode_characters('matched_name', 'cut', 'cut_position') }}
    from long_registered
),

owner_cuts as (
    select
        owner_characters.*,
        left(owner_characters.owner_name, owner_characters.cut_position - 1)
        || substr(owner_characters.owner_name, owner_characters.cut_position + 1) as rest,
        telling.word is not null as is_telling
    from owner_characters
    left join telling on owner_characters.cut = telling.word
),

registered_cuts as (
    select
        registered_characters.*,
        left(registered_characters.matched_name, registered_characters.cut_position - 1)
        || substr(registered_characters.matched_name, registered_characters.cut_position + 1) as rest,
        telling.word is not null as is_telling
    from registered_characters
    left join telling on registered_characters.cut = telling.word
),

final as (
    select
        owner_cuts.period,
        owner_cuts.owner_name,
        registered_cuts.institution_id,
        registered_cuts.matched_name
    from owner_cuts
    inner join registered_cuts
        on
            owner_cuts.period = registered_cuts.period
            and owner_cuts.rest = registered_cuts.rest
            and owner_cuts.cut_position = registered_cuts.cut_position
            and not (owner_cuts.is_telling and registered_cuts.is_telling)
    union
    select
        owner_cuts.period,
        owner_cuts.owner_name,
        long_registered.institution_id,
        long_registered.matched_name
    from owner_cuts
    inner join long_registered
        on
            owner_cuts.period = long_registered.period
            and owner_cuts.rest = long_registered.matched_name
    where not owner_cuts.is_telling
    union
    select
        long_names.period,
        long_names.owner_name,
        registered_cuts.institution_id,
        registered_cuts.matched_name
    from long_names
    inner join registered_cuts
        on
            long_names.period = registered_cuts.period
            and long_names.owner_name = registered_cuts.rest
    where not registered_cuts.is_telling
)

select * from final
