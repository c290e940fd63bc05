-- Grain: One row per period, enterprise and class that it claims or has evidence of, with whether the class counts.
with
enterprises as (
    select * from {{ ref('stg_enterprises__enterprises') }}
),

recognitions as (
    select * from {{ ref('stg_enterprise_classes__recognitions') }}
),

class_rules as (
    select * from {{ ref('enterprise_class_rules') }}
),

periods as (
    select * from {{ ref('int_periods') }}
),

claimed as (
    select
        period,
        enterprise_id,
        {{ explode_list('enterprise_classes', 'enterprise_class', 'class_position') }}
    from enterprises
    where enterprise_classes is not null
),

dated as (
    select
        recognitions.*,
        periods.month_end,
        case
            when recognitions.valid_until is not null then recognitions.valid_until
            when class_rules.valid_years > 0
                then cast(
                    {{ dbt.dateadd('day', -1, dbt.dateadd('year', 'class_rules.valid_years', 'recognitions.valid_from')) }}
                    as date
                )
        end as ends_on
    from recognitions
    inner join class_rules on recognitions.enterprise_class = class_rules.enterprise_class
    inner join periods on recognitions.period = periods.period
),

judged as (
    select
        *,
        case
            when valid_from > month_end then 'not_yet'
            when ends_on < month_end then 'expired'
            else 'valid'
        end as class_status
    from dated
),

-- Of several recognitions of one class, the one that counts, else the newest.
ranked as (
    select
        *,
        row_number() over (
            partition by period, enterprise_id, enterprise_class
            order by (class_status = 'valid') desc, valid_from desc, class_evidence asc
        ) as standing
    from judged
),

pairs as (
    select
        period,
        enterprise_id,
        enterprise_class
    from claimed
    union
    select
        period,
        enterprise_id,
        enterprise_class
    from ranked
),

final as (
    select
        pairs.period,
        pairs.enterprise_id,
        pairs.enterprise_class,
        class_rules.class_order,
        claimed.enterprise_id is not null as is_claimed,
        coalesce(ranked.class_status, 'no_evidence') as class_status,
        coalesce(ranked.class_status = 'valid', false) as is_counted,
        ranked.class_evidence,
        ranked.valid_from,
        ranked.ends_on as valid_until,
        ranked.data_origin
    from pairs
    inner join class_rules on pairs.enterprise_class = class_rules.enterprise_class
    left join claimed
        on
            pairs.period = claimed.period
            and pairs.enterprise_id = claimed.enterprise_id
            and pairs.enterprise_class = claimed.enterprise_class
    left join ranked
        on
            pairs.period = ranked.period
            and pairs.enterprise_id = ranked.enterprise_id
            and pairs.enterprise_class = ranked.enterprise_class
            and ranked.standing = 1
)

select * from final
