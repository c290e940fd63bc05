"""How the tier of one patent came about, month by month, from the published marts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pyarrow as pa

from panhuo.contracts.model import Strict
from panhuo.identifiers import IdentifierError, parse_patent_no

Row = Mapping[str, Any]
Query = Callable[[str], pa.Table]

_MONTHS = """
select
    tiers.*, stages.stages_reached, stages.stage_evidence, patents.title, patents.institution_name, patents.field_name
from fct_tiers as tiers
inner join dim_patents as patents using (period, patent_no)
left join fct_conversion_stages as stages using (period, patent_no)
where patent_no = '{0}' and period <= '{1}'
order by period
"""
_EVIDENCE = "select * from fct_tier_evidence where patent_no = '{0}' and period = '{1}' order by evaluator_kind"
_LAST_MONTH = "9999-12"


class NoTierError(ValueError):
    """The patent has no tier: it is unknown, or not convertible."""


class TierStory(Strict):
    """The tier of a patent: its months from the oldest, and what each kind of evaluator said in the last of them."""

    months: tuple[Row, ...]
    evidence: tuple[Row, ...]

    @property
    def latest(self) -> Row:
        """The month that is told."""
        return self.months[-1]

    @property
    def is_simulated(self) -> bool:
        """Whether the simulator made any figure of the story."""
        fields = str(self.latest["simulated_fields"] or "").split("|")
        return self.latest["data_origin"] == "simulated" or bool({"tier", "theta", "conversion_stage"} & set(fields))

    def to_text(self) -> str:
        """The story in words: the latest month, then the tiers of all months."""
        mark = "（含模拟数据）" if self.is_simulated else ""
        months = "，".join(f"{row['period']} {row['tier']}" for row in self.months)
        title = f"{self.latest['patent_no']} {self.latest['title']}{mark}"
        return f"{title}\n{self.latest['tier_explanation']}\n逐月分级：{months}"

    def to_json(self) -> dict[str, Any]:
        """All rows, ready to print."""
        return {"months": [dict(row) for row in self.months], "evidence": [dict(row) for row in self.evidence]}


def tell_tier(query: Query, patent_no: str, until: str | None = None) -> TierStory:
    """The story of a patent until a month (2024-06), the last published one when none is given.

    `query` answers SQL over the published marts. Raises NoTierError when there is nothing to tell.
    """
    try:
        number = parse_patent_no(patent_no).canonical
    except IdentifierError as problem:
        raise NoTierError(f"{patent_no!r}: {problem}") from None
    months = query(_MONTHS.format(number, until or _LAST_MONTH)).to_pylist()
    if not months or (until and months[-1]["period"] != until):
        raise NoTierError(
            f"{number} has no tier in {until or 'any published month'}: it is unknown or not convertible;"
            f" see `panhuo query \"select * from fct_screening where patent_no = '{number}'\"`"
        )
    evidence = query(_EVIDENCE.format(number, months[-1]["period"])).to_pylist()
    return TierStory(months=tuple(months), evidence=tuple(evidence))
