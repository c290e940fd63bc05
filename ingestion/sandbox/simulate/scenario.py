"""A scenario as a folder of files, month by month, the way the sandbox platform serves them."""

from __future__ import annotations

import csv
import json
import shutil
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ingestion.sandbox.simulate.activities import activities_of, filings_of
from ingestion.sandbox.simulate.consultations import consultations_of
from ingestion.sandbox.simulate.deals import MonthlyDeals, simulate_deals
from ingestion.sandbox.simulate.evaluations import MonthlyEvaluations, simulate_evaluations
from ingestion.sandbox.simulate.events import MonthlyEvents, simulate_events
from ingestion.sandbox.simulate.experts import experts_of
from ingestion.sandbox.simulate.feed import grant_feed
from ingestion.sandbox.simulate.invented import (
    CLASS_WEIGHTS,
    invent_enterprises,
    invent_institutions,
    invent_patents,
    mistyped_enterprise,
)
from ingestion.sandbox.simulate.inventories import Submission, simulate_inventories
from ingestion.sandbox.simulate.listed import real_institutions, real_patents
from ingestion.sandbox.simulate.needs import MonthlyNeeds, simulate_needs
from ingestion.sandbox.simulate.promotions import listings_of, offers_of, stability_reports_of
from ingestion.sandbox.simulate.recognitions import recognitions_of
from ingestion.sandbox.simulate.spellings import owner_decisions, spell_owners
from ingestion.sandbox.simulate.taian import (
    ENTERPRISES_FILE,
    PATENTS_FILE,
    read_shared,
    taian_enterprises,
    taian_institutions,
    taian_patents,
)
from ingestion.sandbox.simulate.world import (
    SIMULATED,
    BadMonth,
    Enterprise,
    Institution,
    Record,
    ScenarioError,
    SimulationOptions,
    Size,
    Words,
    World,
    label,
    load_words,
    shared_data_folder,
)
from ingestion.workbooks import write_form
from panhuo.contracts.model import Contract, load_catalogue
from panhuo.contracts.rows import stated_columns
from panhuo.periods import Period

SCENARIO_FILE = "scenario.json"
FORM_TITLE = "存量专利盘点表"
FORM_NOTICE = "【模拟】本表的评估内容、联系人和电话由程序生成，不代表任何单位的意见。"
BROKEN_WORKBOOK = "【模拟】这不是工作簿，而是改了扩展名的文本文件。\n".encode()
PARTNERS = 20
CHANGED_ENTERPRISES = 20
STATEMENTS = {
    "listed": (
        "专利为真实公开数据（一所高校的台账126件、两家上市公司249件）加程序模拟的单位、企业和专利；"
        "台账的授权日、公司专利的申请日、全部盘点、评价、需求、交易、活动、报送、开放许可、稳定性证据、企业、专家和联系人均为模拟。"
    ),
    "taian": (
        "3,374件专利和2,542家企业的名称、代码、日期、摘要和经营范围为真实公开数据；"
        "授权日、法律状态、企业类别、集团、联系人、专家、全部盘点、评价、需求、交易、活动、报送、开放许可和稳定性证据均为模拟。"
    ),
}


def make_scenario(
    folder: Path,
    *,
    sample: str = "listed",
    seed: int = 2024,
    bad_month: BadMonth | None = None,
    size: Size | None = None,
    shared_data: Path | None = None,
) -> dict[str, Any]:
    """Make a scenario folder; an older scenario in its place is replaced. Returns what `scenario.json` holds.

    `sample` is listed (shipped) or taian (read from `shared_data`, by default the folder of
    `shared_data_folder()`). Equal arguments give equal bytes. Raises ScenarioError when the sample is
    unknown or not there, or when `folder` holds something that is no scenario.
    """
    options = SimulationOptions(sample, seed, bad_month, size or Size(), shared_data or shared_data_folder())
    words = load_words()
    world = make_world(options, words)
    clear_folder(folder)
    inventories = simulate_inventories(options, words, world)
    evaluations = simulate_evaluations(options, words, world, inventories)
    needs = simulate_needs(options, world)
    events = simulate_events(options, world)
    deals = simulate_deals(options, world, events)
    counts = {
        str(period): _write_month(
            folder / str(period),
            options,
            words,
            world,
            period,
            [submission for submission in inventories.submissions if submission.period == period],
            evaluations[period],
            needs[period],
            events[period],
            deals[period],
        )
        for period in options.periods
    }
    summary = {
        "sample": options.sample,
        "seed": options.seed,
        "bad_month": {str(options.bad_month.period): options.bad_month.kind} if options.bad_month else {},
        "statement": world.statement,
        "owner_spellings": dict(sorted(world.spellings.items())),
        "periods": counts,
    }
    text = json.dumps(summary, ensure_ascii=False, indent=2) + "\n"
    (folder / SCENARIO_FILE).write_text(text, encoding="utf-8")
    return summary


def make_world(options: SimulationOptions, words: Words) -> World:
    """Everything a scenario is about; equal options give equal worlds."""
    if options.sample == "taian":
        rows = read_shared(options, PATENTS_FILE)
        institutions = taian_institutions(rows)
        enterprises = taian_enterprises(options, words, read_shared(options, ENTERPRISES_FILE))
        patents = taian_patents(options, rows, institutions)
    else:
        invented = invent_institutions(words, options.size.institutions)
        institutions = real_institutions(words) + invented
        enterprises = invent_enterprises(options, words)
        patents = real_patents(options, institutions)
        patents += invent_patents(options, words, invented, enterprises[:PARTNERS])
    patents, spellings = spell_owners(options, institutions, patents)
    decisions = owner_decisions(options.periods[1], institutions)
    return World(institutions, enterprises, patents, STATEMENTS[options.sample], decisions, spellings)


def clear_folder(folder: Path, mark: str = SCENARIO_FILE) -> None:
    """Make an empty folder, in the place of an older one that bears its mark; ScenarioError for any other."""
    if folder.is_dir() and any(folder.iterdir()):
        if not (folder / mark).is_file():
            raise ScenarioError(f"目录 {folder} 不是空的，也不是模拟场景；请换一个目录。")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)


def _write_month(
    folder: Path, options: SimulationOptions, words: Words, world: World, period: Period,
    submissions: Sequence[Submission], evaluations: MonthlyEvaluations, needs: MonthlyNeeds, events: MonthlyEvents,
    deals: MonthlyDeals,
) -> dict[str, Any]:  # fmt: skip
    (folder / "inventories").mkdir(parents=True)
    patents = grant_feed(options, world, events.changed, period)
    enterprises = _enterprises_of(options, words, world.enterprises, period)
    decisions = world.decisions if period == options.periods[1] else []
    write_json_lines(folder / "grants.jsonl", patents)
    write_json_lines(folder / "legal_events.jsonl", events.records)
    if decisions:
        write_csv(folder / "owner_decisions.csv", "raw_owner_decisions.decisions", decisions)
    institutions = [institution.record for institution in world.institutions]
    write_csv(folder / "institutions.csv", "raw_institutions.institutions", institutions)
    write_csv(folder / "enterprises.csv", "raw_enterprises.enterprises", enterprises)
    recognitions = recognitions_of(options, enterprises, period)
    write_csv(folder / "enterprise_classes.csv", "raw_enterprise_classes.recognitions", recognitions)
    experts = experts_of(options, world, period)
    write_csv(folder / "experts.csv", "raw_experts.experts", experts)
    write_json_lines(folder / "evaluations.jsonl", evaluations.records)
    write_json_lines(folder / "needs.jsonl", needs.needs)
    write_json_lines(folder / "need_responses.jsonl", needs.responses)
    reports = {
        "transactions": deals.transactions,
        "licence_recordals": deals.recordals,
        "pledges": deals.pledges,
        "product_recordals": deals.products,
        "activities": activities_of(options, world, period),
        "filings": filings_of(options, world, period),
        "open_license_offers": offers_of(options, world, period),
        "stability_reports": stability_reports_of(options, world, period),
        "inspections": [],  # the sample is not drawn yet: `simulate.inspections` makes them when it is
        "consultations": consultations_of(period),
        "platform_listings": listings_of(options, world, period),
    }
    for name, records in reports.items():
        write_json_lines(folder / f"{name}.jsonl", records)
    for submission in submissions:
        _write_submission(folder / "inventories" / submission.file_name, submission, world.institutions)
    return {
        "patents": _by_origin(patents),
        "institutions": _by_origin(institutions),
        "enterprises": _by_origin(enterprises) | {"bad_codes": 1},
        "enterprise_classes": {"records": len(recognitions)},
        "experts": _by_origin(experts),
        "inventories": _count_submissions(submissions),
        "legal_events": _count_events(events),
        "owner_decisions": {"records": len(decisions)},
        "evaluations": {"records": len(evaluations.records), "invalid": evaluations.invalid_count},
        "needs": {"records": len(needs.needs), "invalid": needs.invalid_count},
        "need_responses": {"records": len(needs.responses)},
        **{name: {"records": len(records)} for name, records in reports.items()},
        "transactions": {"records": len(deals.transactions), "invalid": deals.invalid_count},
    }


def _enterprises_of(
    options: SimulationOptions, words: Words, enterprises: Sequence[Enterprise], period: Period
) -> list[Record]:
    """New enterprises, a few earlier ones again with other classes, and one whose code was mistyped."""
    rng = options.stream(f"enterprises {period}")
    records = [enterprise.record for enterprise in enterprises if enterprise.arrives == period]
    earlier = [enterprise.record for enterprise in enterprises if enterprise.arrives < period]
    for record in rng.sample(earlier, min(CHANGED_ENTERPRISES, len(earlier))):
        classes = [label("enterprise_class", code) for code in rng.sample(sorted(CLASS_WEIGHTS), 2)]
        records.append(record | {"enterprise_classes": "、".join(classes)})
    return [*records, mistyped_enterprise(rng, words, period.month)]


def _write_submission(path: Path, submission: Submission, institutions: Sequence[Institution]) -> None:
    if submission.rows is None:
        path.write_bytes(BROKEN_WORKBOOK)
        return
    names = {institution.code: institution.name for institution in institutions}
    write_form(
        path,
        _contract("raw_inventories.entries"),
        submission.rows,
        title=FORM_TITLE,
        filling_unit=names[submission.institution_id],
        period=submission.period,
        notice=FORM_NOTICE,
    )


def _count_submissions(submissions: Sequence[Submission]) -> dict[str, Any]:
    mistakes: Counter[str] = Counter()
    for submission in submissions:
        mistakes += submission.mistakes
    return {
        "files": len(submissions),
        "broken_files": sum(submission.rows is None for submission in submissions),
        "senders": len({submission.institution_id for submission in submissions}),
        "rows": sum(len(submission.rows or ()) for submission in submissions),
        "bad_rows": dict(sorted(mistakes.items())),
        "corrections": sum(submission.is_correction for submission in submissions),
        "withdrawn": sum(submission.withdrawn for submission in submissions),
    }


def _count_events(events: MonthlyEvents) -> dict[str, Any]:
    codes = Counter(record["event_code"] for record in events.records)
    planted = {kind: number for kind, number in sorted(events.planted.items()) if number}
    return {"records": len(events.records), "by_code": dict(sorted(codes.items())), **planted}


def _by_origin(records: Iterable[Record]) -> dict[str, int]:
    origins = Counter(record["data_origin"] for record in records)
    return {"real": origins.total() - origins[SIMULATED], "simulated": origins[SIMULATED]}


def _contract(name: str) -> Contract:
    return load_catalogue().contract(name)


def write_json_lines(path: Path, records: Iterable[Record]) -> None:
    """Records as a feed of JSON, one a line."""
    with path.open("w", encoding="utf-8", newline="\n") as handle:
        handle.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def write_csv(path: Path, contract_name: str, records: Iterable[Record]) -> None:
    """Records under the Chinese headings of what a sender states of a raw table; UTF-8."""
    uses = stated_columns(_contract(contract_name))
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow([use.column.label for use in uses])
        writer.writerows([record.get(use.name, "") for use in uses] for record in records)
