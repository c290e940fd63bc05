-- Nothing expired, ended, pending or held by a military unit is released.
select
    dim_patents.patent_no,
    dim_patents.not_in_force_reason
from {{ ref('fct_dispatch_lines') }} as released_lines
inner join {{ ref('dim_patents') }} as dim_patents on released_lines.patent_no = dim_patents.patent_no
where
    not dim_patents.is_in_force
    or dim_patents.has_military_owner
