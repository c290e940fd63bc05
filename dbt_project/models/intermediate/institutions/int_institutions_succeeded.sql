-- Grain: One row per period and institution, with the one in which it goes on; itself, where it was not reorganised.
-- Mergers are followed over five steps; an institution whose steps go in a circle, or to one that the register does not know,
-- goes on in itself.
with recursive
institutions as (
    select * from {{ ref('stg_institutions__institutions') }}
),

followed (period, institution_id, present_institution_id, reorganised_into, step) as (
    select
        period,
        institution_id,
        institution_id as present_institution_id,
        reorganised_into,
        0 as step
    from institutions
    union all
    select
        followed.period,
        followed.institution_id,
        successors.institution_id as present_institution_id,
        successors.reorganised_into,
        followed.step + 1 as step
    from followed
    inner join institutions as successors
        on
            followed.period = successors.period
            and followed.reorganised_into = successors.institution_id
    where followed.step < 5
),

ranked as (
    select
        *,
        row_number() over (partition by period, institution_id order by reorganised_into is not null, step) as standing
    from followed
),

final as (
    select
        period,
        institution_id,
        present_institution_id
    from ranked
    where standing = 1
)

select * from final
