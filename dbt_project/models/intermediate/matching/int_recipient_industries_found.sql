-- Grain: One row per recipient of the period and emerging industry of which its business scope speaks.
-- No table leads from GB/T 4754 to emerging industries, so their words are looked for in what the scope names as made
-- or done; what is only sold is left out.
with
recipients as (
    select * from {{ ref('int_enterprises_receiving') }}
),

things as (
    select * from {{ ref('int_enterprise_scopes_read') }}
    where
        period = '{{ var("period") }}'
        and activity != 'selling'
),

keywords as (
    select * from {{ ref('sei_keywords') }}
),

spoken as (
    select distinct
        things.thing,
        keywords.sei_code,
        keywords.keyword
    from (select distinct thing from things) as things
    inner join keywords on {{ contains_text('lower(things.thing)', 'keywords.keyword') }}
),

ranked as (
    select
        recipients.period,
        recipients.enterprise_id,
        spoken.sei_code,
        spoken.keyword as sei_keyword,
        recipients.data_origin,
        row_number() over (
            partition by recipients.period, recipients.enterprise_id, spoken.sei_code
            order by length(spoken.keyword) desc, spoken.keyword asc
        ) as place
    from recipients
    inner join things
        on
            recipients.period = things.period
            and recipients.enterprise_id = things.enterprise_id
    inner join spoken on things.thing = spoken.thing
),

final as (
    select
        period,
        enterprise_id,
        sei_code,
        sei_keyword,
        data_origin
    from ranked
    where place = 1
)

select * from final
