{#- The label of a code by the vocabularies. -#}
{% macro label_of(code, vocabulary) -%}
    case {{ code }}
        {%- for value, label in vocabulary_labels()[vocabulary].items() %}
        when '{{ value }}' then '{{ label }}'
        {%- endfor %}
    end
{%- endmacro %}

{#- A tier in words: 即可转化（T1）. -#}
{% macro tier_words(tier) -%}
    '“' || {{ label_of(tier, 'tier') }} || '”（' || {{ tier }} || '）'
{%- endmacro %}
