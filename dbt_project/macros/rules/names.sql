{#- A name without what people write one way or the other: brackets, dots, hyphens, letter case. -#}
{% macro bare_name(name) -%}
    lower(replace(replace(replace(replace({{ name }}, '（', ''), '）', ''), '·', ''), '-', ''))
{%- endmacro %}

{#- A text without the first of the endings that it has; the text itself when it has none. -#}
{% macro without_ending(text, endings) -%}
    case
        {%- for ending in endings %}
        when {{ text }} like '%{{ ending }}' then left({{ text }}, length({{ text }}) - {{ ending | length }})
        {%- endfor %}
        else {{ text }}
    end
{%- endmacro %}
