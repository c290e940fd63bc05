-- Grain: One row per distinct title and emerging industry of which a word stands in it, with the longest such word.
with
titles as (
    select distinct
        title,
        lower(title) as spelling
    from {{ ref('stg_grants__patents') }}
),

keywords as (
    select * from {{ ref('sei_keywords') }}
),

words as (
    select distinct keyword
    from keywords
),

hits as (
    select
        titles.title,
        words.keyword
    from titles
    inner join words on {{ contains_text('titles.spelling', 'words.keyword') }}
),

ranked as (
    select
        hits.title,
        keywords.sei_code,
        keywords.keyword,
        row_number() over (
            partition by hits.title, keywords.sei_code
            order by length(keywords.keyword) desc, keywords.keyword
        ) as precedence
    from hits
    inner join keywords on hits.keyword = keywords.keyword
),

final as (
    select
        title,
        sei_code,
        keyword as sei_keyword
    from ranked
    where precedence = 1
)

select * from final
