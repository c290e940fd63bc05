{#- WIPO technology field of each symbol of a CTE with the columns main_ipc (as written) and symbol (main_ipc without
    blanks, with a slash at its end): rows of main_ipc, field_no and precedence, of which 1 is the longest prefix.
    A prefix of a main group ends with a slash, so that H04N5/ does not take H04N50/00. -#}
{% macro fields_of_symbols(symbols, ipc_fields) -%}
    select
        {{ symbols }}.main_ipc,
        {{ ipc_fields }}.field_no,
        row_number() over (
            partition by {{ symbols }}.main_ipc
            order by length({{ ipc_fields }}.ipc_prefix) desc
        ) as precedence
    from {{ symbols }}
    inner join {{ ipc_fields }}
        on
            left({{ symbols }}.symbol, 3) = left({{ ipc_fields }}.ipc_prefix, 3)
            and left({{ symbols }}.symbol, length({{ ipc_fields }}.ipc_prefix)) = {{ ipc_fields }}.ipc_prefix
{%- endmacro %}
