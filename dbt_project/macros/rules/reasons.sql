{#- The first of some reasons whose column is_<reason> holds and that is looked for in the kind of the row; else null. -#}
{% macro first_reason(reasons, kind) -%}
    case
        {%- for entry in reasons %}
        when is_{{ entry.reason }} and {{ is_among(kind, entry.kinds) }} then '{{ entry.reason }}'
        {%- endfor %}
    end
{%- endmacro %}
