{#- Whether a stage of conversion says that the patent is in use: by contract, recordal or product. -#}
{% macro is_stage_of_use(stage) -%}
    {{ stage }} in ('contracted', 'recorded', 'industrialised', 'product_recorded')
{%- endmacro %}
