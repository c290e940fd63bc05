-- Grain: One row per enterprise and patent that was pushed to it before and that the period recalls.
-- Why a real patent left may rest on an invented assessment; the row says so.
with
recalled as (
    select * from {{ ref('int_pushes_recalled') }}
),

screening as (
    select * from {{ ref('fct_screening') }}
),

final as (
    select
        recalled.period,
        recalled.enterprise_id,
        recalled.patent_no,
        recalled.pushed_in,
        recalled.title,
        recalled.recall_reason,
        recalled.data_origin,
        case
            when
                recalled.data_origin = 'real'
                and (recalled.is_line_simulated or screening.simulated_fields is not null)
                then 'recall_reason'
        end as simulated_fields
    from recalled
    left join screening on recalled.patent_no = screening.patent_no
)

select * from final
