"""A seeded generator of scenario folders: months of a province's platform around real patents."""

from __future__ import annotations

from ingestion.sandbox.simulate.drop import make_drop
from ingestion.sandbox.simulate.scenario import make_scenario
from ingestion.sandbox.simulate.world import BadMonth, ScenarioError, Size, shared_data_folder

__all__ = ["BadMonth", "ScenarioError", "Size", "make_drop", "make_scenario", "shared_data_folder"]
