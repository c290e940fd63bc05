{#- By what a returned row is known again: the datasets with their key column and, where they have one, the title.
    `panhuo.contracts.row_keys` makes the keys of returned rows in the same way. -#}
{% macro keyed_datasets() %}
    {{- return([
        {'source': 'activities', 'dataset': 'activities', 'key': 'activity_no', 'title': none},
        {'source': 'consultations', 'dataset': 'agreed_items', 'key': 'agreed_no', 'title': none},
        {'source': 'enterprise_classes', 'dataset': 'recognitions', 'key': 'enterprise_id', 'title': none},
        {'source': 'enterprises', 'dataset': 'enterprises', 'key': 'enterprise_id', 'title': none},
        {'source': 'evaluations', 'dataset': 'evaluations', 'key': 'evaluation_id', 'title': none},
        {'source': 'experts', 'dataset': 'experts', 'key': 'expert_id', 'title': none},
        {'source': 'filings', 'dataset': 'filings', 'key': 'filing_no', 'title': none},
        {'source': 'grants', 'dataset': 'patents', 'key': 'patent_no', 'title': 'title'},
        {'source': 'inspections', 'dataset': 'results', 'key': 'patent_no', 'title': none},
        {'source': 'institutions', 'dataset': 'institutions', 'key': 'institution_id', 'title': none},
        {'source': 'inventories', 'dataset': 'entries', 'key': 'patent_no', 'title': 'title'},
        {'source': 'legal_events', 'dataset': 'events', 'key': 'event_id', 'title': none},
        {'source': 'licence_recordals', 'dataset': 'recordals', 'key': 'registration_no', 'title': none},
        {'source': 'need_responses', 'dataset': 'responses', 'key': 'need_id', 'title': none},
        {'source': 'needs', 'dataset': 'needs', 'key': 'need_id', 'title': none},
        {'source': 'open_license_offers', 'dataset': 'offers', 'key': 'patent_no', 'title': none},
        {'source': 'owner_decisions', 'dataset': 'decisions', 'key': 'owner_name', 'title': none},
        {'source': 'platform_listings', 'dataset': 'listings', 'key': 'patent_no', 'title': none},
        {'source': 'pledges', 'dataset': 'pledges', 'key': 'registration_no', 'title': none},
        {'source': 'product_recordals', 'dataset': 'products', 'key': 'product_recordal_no', 'title': none},
        {'source': 'stability_reports', 'dataset': 'reports', 'key': 'patent_no', 'title': none},
        {'source': 'transactions', 'dataset': 'transactions', 'key': 'transaction_no', 'title': none},
    ]) -}}
{% endmacro %}

{#- Sources whose rows may take back what was said before. -#}
{% macro withdrawing_sources() %}
    {{- return([
        'activities', 'consultations', 'filings', 'inspections', 'inventories', 'licence_recordals',
        'open_license_offers', 'platform_listings', 'pledges', 'product_recordals', 'stability_reports', 'transactions'
    ]) -}}
{% endmacro %}

{#- Every accepted row under its key and again under its title, with whether it withdraws what was said before. -#}
{% macro keyed_rows() -%}
    {%- for dataset in keyed_datasets() %}
    {%- set outer = loop %}
    {%- for key in [dataset.key, dataset.title] if key is not none %}
    select
        period,
        '{{ dataset.source }}' as source,
        '{{ dataset.dataset }}' as dataset,
        load_id,
        sender_id,
        received_at,
        source_row,
        {% if loop.first %}{{ key }}{% else %}lower(replace({{ key }}, ' ', '')){% endif %} as row_key,
        {% if dataset.source in withdrawing_sources() %}coalesce(entry_action = 'withdraw', false)
        {%- else %}false{% endif %} as is_withdrawal
    from {{ source(dataset.source, dataset.dataset) }}
    {%- if not (loop.last and outer.last) %}
    union all
    {%- endif %}
    {%- endfor %}
    {%- endfor %}
{%- endmacro %}
