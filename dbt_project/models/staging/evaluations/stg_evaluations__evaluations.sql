-- Grain: One row per period, patent, enterprise and kind of evaluator: the latest that was known.
-- What another sent in an enterprise's name never displaces its own word, and a date ahead of its receipt gains nothing.
with
periods as (
    {{ spine() }}
),

evaluations as (
    select * from {{ source('evaluations', 'evaluations') }}
),

versions as (
    select
        evaluations.*,
        periods.period as known_in,
        row_number() over (
            {{
                latest_first(
                    ['periods.period', 'evaluations.sender_id', 'evaluations.evaluation_id'], 'evaluations'
                )
            }}
        ) as recency
    from evaluations
    inner join periods on evaluations.period <= periods.loads_until
),

-- Each sender numbers its own evaluations, and may send one again with a corrected date, so its latest version is taken
-- before dates are compared.
ranked as (
    select
        *,
        row_number() over (
            partition by known_in, patent_no, enterprise_id, evaluator_kind
            order by
                {{ says_its_own('') }} desc, {{ said_on('') }} desc, period desc, received_at desc, load_id desc, source_row desc
        ) as standing
    from versions
    where recency = 1
),

final as (
    select
        known_in as period,
        evaluation_id,
        patent_no,
        enterprise_id,
        evaluator_kind,
        prospect_score,
        improvement_kind,
        improvement_wanted,
        cooperation_willingness,
        decline_reason,
        acceptable_price_yuan,
        price_mode,
        evaluated_on,
        data_origin,
        received_at,
        load_id,
        sender_id,
        source_file,
        source_row
    from ranked
    where standing = 1
)

select * from final
