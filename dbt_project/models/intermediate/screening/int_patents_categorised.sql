-- Grain: One row per period and patent of the base library that bears a Form 1 flag, with its primary category.
with
flagged as (
    select * from {{ ref('int_patents_flagged') }}
),

form1_categories as (
    select * from {{ ref('form1_categories') }}
),

word_lists as (
    select * from {{ ref('word_lists') }}
),

flags as (
    {{ true_flags('flagged', ['period', 'patent_no', 'license_kind'], 'is_', form1_category_codes(), 'form1_category') }}
),

ranked as (
    select
        flags.*,
        form1_categories.label as form1_label,
        form1_categories.can_be_relicensed,
        form1_categories.precedence as category_precedence,
        row_number() over (
            partition by flags.period, flags.patent_no
            order by form1_categories.precedence
        ) as precedence,
        count(*) over (partition by flags.period, flags.patent_no) as flag_count
    from flags
    inner join form1_categories on flags.form1_category = form1_categories.form1_category
),

final as (
    select
        ranked.period,
        ranked.patent_no,
        ranked.form1_category,
        ranked.form1_label,
        ranked.category_precedence,
        ranked.flag_count,
        ranked.flag_count = 1 and ranked.can_be_relicensed and word_lists.word is not null as relicensable
    from ranked
    left join word_lists
        on
            ranked.license_kind = word_lists.word
            and word_lists.list_name = 'relicensable_license_kind'
    where ranked.precedence = 1
)

select * from final
