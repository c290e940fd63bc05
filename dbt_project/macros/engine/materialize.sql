{#- A table, made where it will stand. dbt's own makes it under another name and swaps it in by renames, for readers of
    the table that was there before; a run's warehouse has no other reader, and the renames took longer than most models.
    One transaction all the same: a model that fails leaves what was there. -#}
{% materialization table, adapter="duckdb", supported_languages=['sql'] %}
  {%- set target = this.incorporate(type='table') -%}
  {% call statement('main') -%}
    drop table if exists {{ target }};
    {{ create_table_as(False, target, compiled_code) }}
  {%- endcall %}
  {% do adapter.commit() %}
  {{ return({'relations': [target]}) }}
{% endmaterialization %}
