{#- Why a patent came into a stock, or left it, between two ends of months: cases over a row that holds the state then (was_) and
    now. The first that applies. -#}

{% macro cause_in(previous_end) -%}
    case
        when was_known and was_granted and was_in_force and is_reorganised then 'reorganised'
        when was_known and was_granted and was_in_force and previous_institution_id is null then 'transfer_in'
        when was_known and was_granted and was_in_force and previous_institution_id != institution_id then 'transfer_in'
        when grant_date > {{ previous_end }} then 'new_grant'
        when not was_known or was_in_force then 'learned_late'
        when was_granted then 'restored'
        else 'corrected'
    end
{%- endmacro %}

{% macro cause_out() -%}
    case
        when is_in_force and is_reorganised then 'reorganised'
        when not is_reorganised and coalesce(institution_id, '') != previous_institution_id then 'transfer_out'
        when not_in_force_reason = 'expired_by_term' then 'expired'
        when not_in_force_reason = 'status_not_in_force'
            then case legal_status
                when 'fee_lapsed' then 'fee_lapsed'
                when 'term_expired' then 'expired'
                when 'invalidated' then 'invalidated'
                when 'abandoned' then 'abandoned'
                when 'double_grant_abandoned' then 'abandoned'
                else 'ended'
            end
        else 'corrected'
    end
{%- endmacro %}

{#- The rows, with whether the patent has changed hands, and why it would have come in or left. -#}
{% macro explained_moves(states, previous_end) -%}
    select
        *,
        coalesce(institution_id, '') != coalesce(previous_institution_id, '') as has_moved,
        {{ cause_in(previous_end) }} as cause_in,
        {{ cause_out() }} as cause_out
    from {{ states }}
{%- endmacro %}

{#- Of explained rows those that came into a balance (+1) or left it (-1); a patent that has changed hands does both. -#}
{% macro signed_moves(explained, balance='stock', cause_in='cause_in', cause_out='cause_out') -%}
    select
        period,
        patent_no,
        '{{ balance }}' as balance,
        institution_id,
        {{ cause_in }} as change_cause,
        1 as signed_count
    from {{ explained }}
    where is_{{ balance }} and (not was_{{ balance }} or has_moved)
    union all
    select
        period,
        patent_no,
        '{{ balance }}' as balance,
        previous_institution_id as institution_id,
        {{ cause_out }} as change_cause,
        -1 as signed_count
    from {{ explained }}
    where was_{{ balance }} and (not is_{{ balance }} or has_moved)
{%- endmacro %}

{#- Column of fct_stock_identity → cause that it counts. -#}
{% macro stock_causes() %}
    {{- return({
        'granted_count': 'new_grant', 'transferred_in_count': 'transfer_in', 'reorganised_count': 'reorganised',
        'restored_count': 'restored',
        'learned_late_count': 'learned_late', 'transferred_out_count': 'transfer_out', 'lapsed_count': 'fee_lapsed',
        'expired_count': 'expired', 'invalidated_count': 'invalidated', 'abandoned_count': 'abandoned',
        'otherwise_ended_count': 'ended', 'corrected_count': 'corrected',
    }) -}}
{% endmacro %}

{% macro moved_by_cause() -%}
    {%- for name, cause in stock_causes().items() %}
    sum(case when change_cause = '{{ cause }}' then signed_count else 0 end) as {{ name }}{{ "," if not loop.last }}
    {%- endfor %}
{%- endmacro %}
