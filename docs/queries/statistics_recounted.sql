-- Title: 季度统计复核
-- Answers: Each figure of the newest quarter, in every scope, beside the same figure counted again from the patents behind it.
with
newest as (
    select max(period) as period from fct_quarterly_statistics
),

patents as (
    select patents.*
    from fct_quarter_patents as patents
    inner join newest on patents.period = newest.period
),

-- One row per patent and statistic: whether it is in the numerator and in the denominator, and its events.
judged as (
    select
        *,
        unnest([
            {'id': 'transfers', 'hit': is_transferred_in_quarter, 'stock': is_in_force_at_start, 'events': transferred_event_count},
            {'id': 'licence_recordals', 'hit': is_licensed_in_quarter, 'stock': is_in_force_at_start, 'events': licensed_event_count},
            {'id': 'implementation', 'hit': is_implemented and is_in_force_at_end, 'stock': is_in_force_at_end, 'events': 0},
            {'id': 'industrialisation', 'hit': is_industrialised and is_in_force_at_end, 'stock': is_in_force_at_end, 'events': 0},
            {'id': 'product_recordals', 'hit': is_product_recorded_in_quarter, 'stock': is_in_force_at_start, 'events': product_recorded_event_count}
        ]) as statistic
    from patents
),

-- One row per patent, statistic and scope.
scoped as (
    select
        statistic,
        unnest([
            {'kind': 'national', 'code': 'CN'},
            {'kind': 'province', 'code': province_code},
            {'kind': 'city', 'code': city_code},
            {'kind': 'ministry', 'code': coalesce(ministry, 'none')},
            {'kind': 'institution', 'code': institution_id},
            {'kind': 'institution_kind', 'code': institution_kind},
            {'kind': 'technical_field', 'code': coalesce(cast(field_no as varchar), 'none')},
            {'kind': 'patent_type', 'code': patent_type},
            {'kind': 'cohort', 'code': cohort}
        ]) as scope
    from judged
),

recounted as (
    select
        scope.kind as scope_kind,
        scope.code as scope_code,
        statistic.id as statistic_id,
        count(*) filter (where statistic.hit) as numerator,
        count(*) filter (where statistic.hit or statistic.stock) as denominator,
        sum(statistic.events) as events
    from scoped
    group by all
)

select
    figures.quarter,
    figures.scope_kind,
    figures.scope_code,
    figures.statistic_id,
    figures.definition_version,
    figures.numerator_count,
    coalesce(recounted.numerator, 0) as recounted_numerator,
    figures.denominator_count,
    coalesce(recounted.denominator, 0) as recounted_denominator,
    figures.event_count,
    coalesce(recounted.events, 0) as recounted_events,
    figures.is_quarter_frozen
from fct_quarterly_statistics as figures
inner join newest on figures.period = newest.period
left join recounted
    on
        figures.scope_kind = recounted.scope_kind
        and figures.scope_code = recounted.scope_code
        and figures.statistic_id = recounted.statistic_id
order by figures.scope_kind != 'national', figures.scope_kind, figures.scope_code, figures.statistic_id
