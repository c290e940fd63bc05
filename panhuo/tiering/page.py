"""The tier of one patent as a Chinese page that needs no network, no script and no other file."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from math import floor
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from panhuo.contracts.model import load_catalogue
from panhuo.policy import load_policy
from panhuo.tiering.story import TierStory

LEFT, WIDTH = 30, 540
SCALE_FROM, SCALE_TO = 1.0, 5.0


def render_tier_page(story: TierStory) -> str:
    """The page; the same story gives the same bytes."""
    catalogue, constants = load_catalogue(), load_policy().tiering.versions[-1]
    latest = story.latest
    spread = constants.confidence_factor.value * latest["theta_sd"]
    return _template().render(
        story=story,
        latest=latest,
        label=lambda name, code: catalogue.vocabularies[name].values[code],
        stages=_stages(latest),
        sentences=[sentence for sentence in latest["tier_explanation"].split("。") if sentence],
        interval=(_place(latest["theta"] - spread), _place(latest["theta"]), _place(latest["theta"] + spread)),
        bounds=[
            (_place(constants.t2_min_theta.value), f"θ ≥ {constants.t2_min_theta.value} 才列 T2、T3"),
            (_place(constants.t1_min_l80.value), f"L80 ≥ {constants.t1_min_l80.value} 才列 T1"),
        ],
        marks=[(mark, _place(float(mark))) for mark in range(int(SCALE_FROM), int(SCALE_TO) + 1)],
    )


def _stages(latest: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Code, label and state of each stage of the way."""
    labels = load_catalogue().vocabularies["conversion_stage"].values
    reached = set(str(latest["stages_reached"] or "").split("|"))
    now = latest["conversion_stage"]
    return [
        (x.stage, labels[x.stage], "now" if x.stage == now else "reached" if x.stage in reached else "open")
        for x in load_policy().conversion.stages
    ]


def _place(mark: float) -> float:
    """Where a mark lies on the scale of the picture."""
    inside = min(max(mark, SCALE_FROM), SCALE_TO)
    return round(LEFT + (inside - SCALE_FROM) / (SCALE_TO - SCALE_FROM) * WIDTH, 1)


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["figure"] = lambda value, digits=2: "—" if value is None else f"{value:.{digits}f}"
    environment.filters["cut"] = lambda value: f"{floor(value * 100 + 1e-6) / 100:.2f}"
    return environment.get_template("tier.html.j2")
