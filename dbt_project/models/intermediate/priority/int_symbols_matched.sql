-- Grain: One row per distinct IPC symbol that matches a pattern of the reference table of emerging industries.
-- A symbol is read as it stands; where that matches nothing, as its counterpart on the other side of a move between classes
-- (such as H01L to H10). The longest prefix decides, and when that is an exclusion, the symbol matches nothing.
with
lists as (
    select distinct ipc_codes
    from {{ ref('stg_grants__patents') }}
    where ipc_codes is not null
),

exploded as (
    select {{ explode_list('ipc_codes', 'ipc_symbol', 'symbol_position') }}
    from lists
),

-- A pattern of a main group ends with a slash, so that H04N5/ does not take H04N50/00.
symbols as (
    select distinct
        ipc_symbol,
        replace(ipc_symbol, ' ', '') || '/' as spelling
    from exploded
),

transfers as (
    select * from {{ ref('ipc_transfers') }}
),

industry_patterns as (
    select * from {{ ref('sei_ipc_patterns') }}
),

exclusions as (
    select * from {{ ref('sei_exclusions') }}
),

patterns as (
    select
        ipc_pattern,
        match_level,
        sei_code
    from industry_patterns
    union all
    select
        ipc_prefix as ipc_pattern,
        'excluded' as match_level,
        cast(null as varchar) as sei_code
    from exclusions
),

both_ways as (
    select
        new_prefix as from_prefix,
        old_prefix as to_prefix
    from transfers
    union all
    select
        old_prefix as from_prefix,
        new_prefix as to_prefix
    from transfers
),

counterparts as (
    select
        symbols.ipc_symbol,
        both_ways.to_prefix,
        rank() over (
            partition by symbols.ipc_symbol
            order by length(both_ways.from_prefix) desc
        ) as precedence
    from symbols
    inner join both_ways
        on
            left(symbols.spelling, 4) = left(both_ways.from_prefix, 4)
            and left(symbols.spelling, length(both_ways.from_prefix)) = both_ways.from_prefix
),

readings as (
    select
        ipc_symbol,
        cast(null as varchar) as read_as,
        spelling
    from symbols
    union all
    select
        ipc_symbol,
        to_prefix as read_as,
        case when right(to_prefix, 1) = '/' then to_prefix else to_prefix || '/' end as spelling
    from counterparts
    where precedence = 1
),

matches as (
    select
        readings.ipc_symbol,
        readings.read_as,
        patterns.ipc_pattern,
        patterns.match_level,
        patterns.sei_code,
        row_number() over (
            partition by readings.ipc_symbol
            order by
                case when readings.read_as is null then 0 else 1 end,
                -length(patterns.ipc_pattern),
                patterns.match_level,
                patterns.ipc_pattern,
                readings.read_as
        ) as precedence
    from readings
    inner join patterns
        on
            left(readings.spelling, 4) = left(patterns.ipc_pattern, 4)
            and left(readings.spelling, length(patterns.ipc_pattern)) = patterns.ipc_pattern
),

final as (
    select
        ipc_symbol,
        read_as,
        ipc_pattern,
        match_level,
        sei_code
    from matches
    where
        precedence = 1
        and sei_code is not null
)

select * from final
