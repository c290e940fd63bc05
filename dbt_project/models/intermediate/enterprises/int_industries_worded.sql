-- Grain: One row per industry, thing its name speaks of and what is done with it.
{%- set reading = scope_reading() %}
with
industries as (
    select * from {{ ref('industries') }}
    where
        industry_level >= 3
        and industry_name not like '%其他%'
        and industry_name not like '%未列明%'
),

parts as (
    select
        industry_code,
        industry_level,
        case section_code when 'C' then 'making' when 'F' then 'selling' else 'serving' end as activity,
        {{ explode_pieces(without_brackets('industry_name'), '、和及与', 'part', 'part_position') }}
    from industries
),

things as (
    select
        *,
        {{ thing_of('part', reading.endings) }} as thing
    from parts
),

-- A thing of two characters is only trusted when an ending was taken off it.
final as (
    select distinct
        industry_code,
        industry_level,
        activity,
        thing
    from things
    where
        length(thing) >= 3
        or (length(thing) = 2 and thing != part)
)

select * from final
