{#- Columns of a row that an inventory entry states or decides, as a list for `simulated_fields`. They are told here alone: a
    column of a line or of the screening that comes to depend on entries belongs here too. Co-ownership is not among those
    of the screening, because it may be read from the owners instead. -#}
{% macro line_columns_of_entry() -%}
    'application_scenario|intent|maturity_stage|maturity_word|prospect_level|tier|trl'
{%- endmacro %}

{% macro screening_columns_of_entry() -%}
    'disposition|form1_category|is_abandoning|is_disputed|is_inventoried|is_licensed|is_transferred|next_step|reasons|relicensable'
{%- endmacro %}

{% macro form_columns_of_entry() -%}
    'implementation_date|implementation_evidence|implementation_status|license_kind|maturity_scheme'
{%- endmacro %}

{% macro funding_columns_of_entry() -%}
    'funding_programme|funding_project_name|funding_project_no|has_accepted_idle_reason|idle_reason|implementation_status|is_idle|is_publicly_funded|is_unimplemented|unmet_criteria'
{%- endmacro %}

{#- Columns of a patent that a legal event decides. -#}
{% macro status_columns_of_event() -%}
    'is_frozen_stock|is_in_force|legal_status|not_in_force_reason|status_evidence|status_since'
{%- endmacro %}

{% macro owner_columns_of_event() -%}
    'first_owner_name|has_enterprise_co_owner|has_military_owner|institution_id|is_base_library|owner_count|owners'
{%- endmacro %}
