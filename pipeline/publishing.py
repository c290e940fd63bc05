"""What every published product shares: approval of warnings, the next version, and the analysts' database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, get_args

import pyarrow as pa

from panhuo.accounts import Account, query_as
from panhuo.contracts.model import Product
from panhuo.gates.ledger import Approval, read_approval, write_approval
from panhuo.lake import Lake, Version
from panhuo.periods import format_instant
from panhuo.settings import Settings, get_settings
from panhuo.warehouse import Ask, NotPublishedError, open_versions, publishing_command, refresh_analytics
from pipeline import judging
from pipeline.dispatched import land_sent
from pipeline.release import newest_before, same_content, stage_manifest
from pipeline.runs import MonthlyRun, open_lake

PRODUCTS: tuple[Product, ...] = get_args(Product)


class PublishRefusedError(RuntimeError):
    """The run may not be published: a gate is missing or failed, or nobody approved its warnings."""


def analytics_path(settings: Settings) -> Path:
    """The analysts' database."""
    return settings.local_dir / "published" / "analytics.duckdb"


def approval_needed(run: MonthlyRun) -> bool:
    """Whether a person has to approve: a gate has warnings and the policy does not approve by itself."""
    return _has_warnings(run) and get_settings().approval_mode == "person"


def _has_warnings(run: MonthlyRun) -> bool:
    return any(decision.verdict == "needs_approval" for decision in judging.decisions(run).values())


def record_approval(run: MonthlyRun, approver: str, decision: str, note: str) -> None:
    """Write into the ledger who approved (`approve`) or rejected (`reject`) the run, and why."""
    from ingestion.clock import now

    words: dict[str, Any] = {"approve": "approved", "reject": "rejected"}
    approval = Approval(
        run_id=run.run_id,
        period=str(run.period),
        decision=words[decision],
        approver=approver,
        note=note,
        at=now(),
    )
    write_approval(open_lake().root / "ledger", approval)


def publish(run: MonthlyRun, product: Product, gates: Sequence[str], sent: Mapping[str, str]) -> dict[str, Any]:
    """Publish the staged release as the next version of a product, unless what it states is published already.

    The run has passed `gates`; what `sent` names (dataset → mart) is landed for the runs to come.
    Raises PublishRefusedError when a gate is missing or failed, when warnings are not approved, or when a newer
    view of the month is published.
    """
    settings = get_settings()
    lake = open_lake(settings)
    _require_permission(run, lake, gates)
    committed = lake.versions(product, run.period)
    published = _published(run, lake, product, committed)
    land_sent(lake, published, sent)
    refresh_views(settings)
    return {
        "period": str(run.period),
        "version": published.number,
        "is_new": published not in committed,
        "path": str(published.path),
        "analytics": str(analytics_path(settings)),
    }


def refresh_views(settings: Settings) -> None:
    """Point the analysts' database at the newest version of every month, where the data folder is now."""
    versions = all_versions(open_lake(settings))
    refresh_analytics(analytics_path(settings), _newest(versions), versions)


def query_published(sql: str, account: Account | None = None, as_of: dt.datetime | None = None) -> pa.Table:
    """Run one SELECT over the newest version of every month, or over what an account may read of it.

    With `as_of` the newest is the one among those whose data count up to that instant at most: what was known then.
    Raises NotPublishedError when nothing is published, AccountError for what the account may not read.
    """
    if account is not None:
        return query_as(account, _newest(_known(get_settings(), as_of)), sql)
    with open_published(as_of) as ask:
        return ask(sql)


@contextmanager
def open_published(as_of: dt.datetime | None = None) -> Iterator[Ask]:
    """Open the published marts, as `query_published` does, for many a SELECT. NotPublishedError when nothing is."""
    settings = get_settings()
    known = _known(settings, as_of)
    with open_versions(_newest(known), analytics_path(settings).parent, known) as ask:
        yield ask


def _known(settings: Settings, as_of: dt.datetime | None) -> list[Version]:
    """Every published version whose data count up to an instant at most."""
    known = [version for version in all_versions(open_lake(settings)) if as_of is None or version.as_of <= as_of]
    if not known:
        since = f" by {format_instant(as_of)}" if as_of else ""
        commands = ", then ".join(publishing_command(product) for product in PRODUCTS)
        raise NotPublishedError(f"nothing is published in {settings.data_dir}{since}: {commands}")
    return known


def _newest(versions: Sequence[Version]) -> list[Version]:
    """The newest of each product and month, in their order."""
    return list({(version.product, version.period): version for version in versions}.values())


def all_versions(lake: Lake) -> list[Version]:
    """Every published version by product and month, oldest first."""
    return [
        version
        for product in PRODUCTS
        for period in lake.published_periods(product)
        for version in lake.versions(product, period)
    ]


def _published(run: MonthlyRun, lake: Lake, product: Product, committed: list[Version]) -> Version:
    """The version that states what the release states: one already committed, or the next."""
    for version in committed:
        if same_content(run.release, version):
            return version
    if committed and committed[-1].as_of > run.as_of:
        raise PublishRefusedError(
            f"{run.period} version {committed[-1].number} knows more (as of {format_instant(committed[-1].as_of)}) "
            f"than this run (as of {format_instant(run.as_of)}); to look back, use panhuo replay"
        )
    stage_manifest(run, lake, product, base=newest_before(lake, product, run.period, run.as_of))
    return lake.publish(product, run.period, run.release)


def _require_permission(run: MonthlyRun, lake: Lake, gates: Sequence[str]) -> None:
    found = judging.decisions(run)
    missing = [gate for gate in gates if gate not in found]
    if missing:
        raise PublishRefusedError(f"{run.run_id}: gates {missing} have not judged this run")
    failed = [gate for gate, decision in found.items() if decision.verdict == "fail"]
    if failed:
        raise PublishRefusedError(f"{run.run_id}: gates {failed} failed; see {run.report}")
    approval = read_approval(lake.root / "ledger", run.run_id)
    if approval is not None and approval.decision == "rejected":
        raise PublishRefusedError(f"{run.run_id} was rejected by {approval.approver}: {approval.note}")
    if _has_warnings(run) and approval is None:
        raise PublishRefusedError(f"{run.run_id} has warnings that nobody approved; see {run.report}")
