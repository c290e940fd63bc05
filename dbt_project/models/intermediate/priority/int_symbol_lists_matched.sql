-- Grain: One row per distinct list of IPC symbols and emerging industry, with the symbol of the list that speaks most closely.
with
lists as (
    select distinct ipc_codes
    from {{ ref('stg_grants__patents') }}
    where ipc_codes is not null
),

exploded as (
    select
        ipc_codes,
        {{ explode_list('ipc_codes', 'ipc_symbol', 'symbol_position') }}
    from lists
),

symbols as (
    select * from {{ ref('int_symbols_matched') }}
),

ranked as (
    select
        exploded.ipc_codes,
        exploded.symbol_position,
        symbols.ipc_symbol,
        symbols.read_as,
        symbols.ipc_pattern,
        symbols.match_level,
        symbols.sei_code,
        row_number() over (
            partition by exploded.ipc_codes, symbols.sei_code
            order by length(symbols.ipc_pattern) desc, exploded.symbol_position
        ) as precedence
    from exploded
    inner join symbols on exploded.ipc_symbol = symbols.ipc_symbol
),

final as (
    select
        ipc_codes,
        sei_code,
        ipc_symbol,
        symbol_position,
        read_as,
        ipc_pattern,
        match_level
    from ranked
    where precedence = 1
)

select * from final
