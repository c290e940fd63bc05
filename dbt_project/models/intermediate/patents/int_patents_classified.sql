-- Grain: One row per period and patent, with its main IPC symbol and technology field.
with
patents as (
    select * from {{ ref('stg_grants__patents') }}
),

ipc_fields as (
    select * from {{ ref('ipc_fields') }}
),

technology_fields as (
    select * from {{ ref('technology_fields') }}
),

main_symbols as (
    select
        period,
        patent_no,
        {{ first_of_list('ipc_codes') }} as main_ipc
    from patents
),

distinct_symbols as (
    select distinct
        main_ipc,
        replace(main_ipc, ' ', '') || '/' as symbol
    from main_symbols
    where main_ipc is not null
),

matches as (
    {{ fields_of_symbols('distinct_symbols', 'ipc_fields') }}
),

final as (
    select
        main_symbols.period,
        main_symbols.patent_no,
        main_symbols.main_ipc,
        technology_fields.field_no,
        technology_fields.field_name
    from main_symbols
    left join matches
        on
            main_symbols.main_ipc = matches.main_ipc
            and matches.precedence = 1
    left join technology_fields on matches.field_no = technology_fields.field_no
)

select * from final
