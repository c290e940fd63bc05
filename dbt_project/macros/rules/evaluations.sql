{#- Whose word an evaluation is, and when it was said. -#}

{#- Whether it came from the platform or from the evaluator itself. -#}
{% macro says_its_own(prefix) -%}
    ({{ prefix }}sender_id in ('platform', {{ prefix }}enterprise_id))
{%- endmacro %}

{#- The stated day, but never later than the day of receipt. -#}
{% macro said_on(prefix) -%}
    least({{ prefix }}evaluated_on, {{ shanghai_date(prefix ~ 'received_at') }})
{%- endmacro %}
