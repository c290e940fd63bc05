-- Grain: One row per period, enterprise, class and first day of validity: the latest that was known.
with
ranked as (
    {{ known_rows('enterprise_classes', 'recognitions', ['enterprise_id', 'enterprise_class', 'valid_from']) }}
),

final as (
    select
        known_in as period,
        enterprise_id,
        enterprise_class,
        class_evidence,
        valid_from,
        valid_until,
        data_origin,
        received_at,
        load_id,
        sender_id,
        source_file,
        source_row
    from ranked
    where recency = 1
)

select * from final
