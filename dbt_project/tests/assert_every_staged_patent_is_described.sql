-- No month of the build loses a patent on the way, for want of a term or of an owner.
select
    period,
    patent_no
from {{ ref('stg_grants__patents') }}
except
select
    period,
    patent_no
from {{ ref('int_patents_described') }}
