"""The command line `panhuo`. Exit codes: 0 fine, 1 a finding (bad data, digest differs), 2 wrong use."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from panhuo import __version__
from panhuo.periods import Period, Quarter, format_instant
from pipeline.cli_inspections import inspection_app
from pipeline.cli_options import MONTH, QUARTER, AsOfOption, JsonOption, PeriodOption, ReceivedOption
from pipeline.cli_options import moment_now as _now
from pipeline.cli_runs import run_app
from pipeline.cli_statistics import statistics_app
from pipeline.printing import failed_query
from pipeline.printing import print_json as _print_json
from pipeline.printing import print_mapping as _print_mapping
from pipeline.printing import print_table as _print_table
from pipeline.printing import refuse as _refuse

if TYPE_CHECKING:
    from panhuo.lake import LoadReceipt

app = typer.Typer(no_args_is_help=True, add_completion=False, help="盘活: the pipeline of the stock-patent programme.")
app.add_typer(run_app, name="run")
app.add_typer(inspection_app, name="inspection")
app.add_typer(statistics_app, name="statistics")


@app.command()
def template(
    form: Annotated[
        str, typer.Argument(help="The form, such as inventory or transactions; a wrong one is told the known.")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="Where to write the workbook.")],
) -> None:
    """Write a blank workbook with drop-downs for an institution or an enterprise to fill in."""
    from ingestion.forms import write_template

    write_template(form, output)
    typer.echo(f"已生成空白表 {output}")


@app.command()
def check(
    workbook: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The filled-in workbook.")],
    form: Annotated[str, typer.Option(help="The form it fills.")] = "inventory",
    as_json: JsonOption = False,
) -> None:
    """Check a filled-in workbook before sending it; an annotated copy marks every bad cell."""
    from ingestion.forms import check_workbook

    report = check_workbook(workbook, form)
    if as_json:
        _print_json(report.to_json())
    else:
        typer.echo(report.to_text())
    raise typer.Exit(0 if report.is_clean else 1)


@app.command()
def land(
    source: Annotated[str, typer.Argument(help="The source: a folder of ingestion/sources.")],
    location: Annotated[str, typer.Option("--from", metavar="PATH|URL", help="A file, a folder, or an address.")],
    period: PeriodOption,
    received_at: ReceivedOption = None,
    as_json: JsonOption = False,
) -> None:
    """Land one file, folder or address as raw loads; bad rows go back to their sender."""
    from pipeline.landing import land_location

    with _landing_progress() as on_landed:
        receipts = land_location(source, location, period, received_at or _now(), on_landed)
    if as_json:
        _print_json([_receipt(receipt) for receipt in receipts])
    else:
        for receipt in receipts:
            typer.echo(_receipt_line(receipt))
    finding = any(receipt.load.load_status == "rejected" or receipt.load.quarantined_count for receipt in receipts)
    raise typer.Exit(1 if finding else 0)


@contextmanager
def _landing_progress() -> Iterator[Callable[[LoadReceipt], None]]:
    """Count files and rows on a terminal while they land; say nothing elsewhere."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    text = TextColumn("{task.description} {task.completed:,.0f} 份，{task.fields[rows]:,} 行")
    with Progress(SpinnerColumn(), text, TimeElapsedColumn(), console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("接收", total=None, rows=0)
        rows = 0

        def on_landed(receipt: LoadReceipt) -> None:
            nonlocal rows
            rows += receipt.load.row_count + receipt.load.quarantined_count
            bar.update(task, advance=1, rows=rows)

        yield on_landed


@app.command("new-grants")
def new_grants(
    location: Annotated[Path, typer.Option("--from", metavar="PATH", help="The drop: a folder with one per source.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change; write nothing.")] = False,
    received_at: ReceivedOption = None,
    as_json: JsonOption = False,
) -> None:
    """Land a drop of grants and legal events, and run again exactly the published months that it changes."""
    from rich.console import Console

    from pipeline.new_grants import preview, take_in
    from pipeline.new_grants_page import conclusion, tables_of

    with _step_progress() as on_step:
        account = (preview if dry_run else take_in)(location.resolve(), received_at or _now(), on_step)
    if as_json:
        _print_json(account.to_json())
    else:
        console = Console(width=None if sys.stdout.isatty() else 200)
        for table in tables_of(account):
            console.print(table)
        for line in conclusion(account):
            typer.echo(line)
    raise typer.Exit(0 if account.is_clean else 1)


@contextmanager
def _step_progress() -> Iterator[Callable[[str], None]]:
    """Say on a terminal which step is under way and since when; say nothing elsewhere."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    text = TextColumn("{task.description}（第 {task.completed:,.0f} 步）")
    with Progress(SpinnerColumn(), text, TimeElapsedColumn(), console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("打开批次", total=None)
        yield lambda step: bar.update(task, advance=1, description=step)


@app.command()
def approve(
    run_id: Annotated[
        str, typer.Argument(help="The run that waits, as `panhuo run monthly` or `panhuo run quarterly` names it.")
    ],
    approver: Annotated[str, typer.Option(help="Who approves.")],
    note: Annotated[str, typer.Option(help="Why; kept in the ledger.")],
    as_json: JsonOption = False,
) -> None:
    """Approve a month or quarter that waits outside Airflow, and publish it."""
    from pipeline import monthly, quarterly
    from pipeline.publishing import approval_needed, record_approval
    from pipeline.runs import open_run

    run = open_run(run_id)
    if not approval_needed(run):
        _refuse(f"{run_id} does not wait for a person's approval")
    record_approval(run, approver, "approve", note)
    outcome = quarterly.publish_statistics(run) if run.is_quarterly else monthly.publish_dispatch(run)
    _print_json(outcome) if as_json else _print_mapping(outcome)


@app.command()
def replay(
    period: Annotated[Period | None, MONTH] = None,
    quarter: Annotated[Quarter | None, QUARTER] = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Rebuild a month or a quarter as it was known at an instant and compare every file with what was published."""
    from pipeline.replay import replay_month, replay_quarter

    if period and not quarter:
        outcome = replay_month(period, as_of)
    elif quarter and not period:
        outcome = replay_quarter(quarter, as_of)
    else:
        _refuse("give either --period or --quarter")
    _print_json(outcome.to_json()) if as_json else typer.echo(outcome.to_text())
    raise typer.Exit(0 if outcome.is_identical else 1)


@app.command()
def verify(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="A published version or a package.")],
    as_json: JsonOption = False,
) -> None:
    """Check every file of a published folder against its manifests."""
    from pipeline.verify import verify_folder

    findings = verify_folder(folder)
    if as_json:
        _print_json(findings)
    elif findings:
        for finding in findings:
            typer.echo(f"{finding['file']}: {finding['message']}")
    else:
        typer.echo(f"{folder}：与清单一致")
    raise typer.Exit(1 if findings else 0)


@app.command()
def query(
    sql: Annotated[str, typer.Argument(help="One SQL statement over the published marts, or a .sql file.")],
    account: Annotated[
        str | None,
        typer.Option(metavar="KIND:CODE", help="See only what this account may read (policy/accounts.yml)."),
    ] = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Query the published marts, read-only: the newest version of each month, or the newest that was known then."""
    from panhuo.accounts import Account
    from pipeline.publishing import query_published

    statement = Path(sql).read_text(encoding="utf-8") if sql.endswith(".sql") else sql
    table = query_published(statement, Account.parse(account) if account else None, as_of)
    rows = table.to_pylist()
    if as_json:
        _print_json(rows)
    else:
        _print_table(table.column_names, [list(row.values()) for row in rows])


@app.command("match-eval")
def match_eval(
    patents: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="application_no,title,filing_date,…")],
    firms: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="uscc,name,business_scope,…")],
    gold: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="application_no,uscc: who took which.")],
    cross_validate: Annotated[
        bool, typer.Option(help="Learn anew for each firm from the pairs of the others.")
    ] = False,
    encoder: Annotated[str, typer.Option(help="package.module:name or a folder: judge what it adds.")] = "none",
    as_json: JsonOption = False,
) -> None:
    """Measure how well patents are ranked to enterprises on known pairs."""
    from pipeline.matching import evaluate_files

    figures = evaluate_files(patents, firms, gold, cross_validated=cross_validate, encoder=encoder)
    _print_json(figures) if as_json else _print_mapping(figures)


@app.command()
def explain(
    patent_no: Annotated[str, typer.Argument(help="The patent, in any spelling of its number.")],
    until: Annotated[Period | None, MONTH] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Where to write it as a page (HTML).")] = None,
    as_json: JsonOption = False,
) -> None:
    """Say how the published tier of a patent came about, in words or as a page."""
    from panhuo.tiering.story import tell_tier
    from pipeline.publishing import open_published

    with open_published() as ask:
        story = tell_tier(ask, patent_no, str(until) if until else None)
    if output:
        from panhuo.tiering.page import render_tier_page

        output.write_text(render_tier_page(story), encoding="utf-8")
    if as_json:
        _print_json(story.to_json())
    else:
        typer.echo(f"已生成分级说明 {output}" if output else story.to_text())


@app.command("half-year")
def half_year(
    period: PeriodOption,
    output: Annotated[
        Path, typer.Option("--output", "-o", file_okay=False, help="Folder of its page and its workbook.")
    ],
    province: Annotated[
        str | None, typer.Option(metavar="CODE", help="Two digits of GB/T 2260; default the nation.")
    ] = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Draft the half-year report due on 06-30 and 12-30 from published marts, as a page and a workbook."""
    from panhuo.half_year.documents import write_documents
    from panhuo.half_year.model import draft_report, require_half_year
    from pipeline.publishing import open_published

    require_half_year(period)
    with open_published(as_of) as ask:
        draft = draft_report(ask, period, province)
    page, workbook = write_documents(draft, output)
    told = {"title": draft.title, "page": str(page), "workbook": str(workbook)}
    _print_json(told) if as_json else _print_mapping(told)


@app.command()
def simulate(
    output: Annotated[Path, typer.Option("--output", "-o", file_okay=False, help="Folder of the scenario.")],
    sample: Annotated[str, typer.Option(help="listed or taian.")] = "listed",
    seed: Annotated[int, typer.Option(help="Seed of everything that is simulated.")] = 2024,
    drop: Annotated[
        bool, typer.Option("--drop", help="Grants and events that come after the last month, instead.")
    ] = False,
) -> None:
    """Make a scenario: real sample patents, and simulated assessments and evaluations around them."""
    from ingestion.sandbox.simulate import ScenarioError, make_drop, make_scenario

    if drop and sample != "listed":
        _refuse("only the listed sample has a drop")
    try:
        make_drop(output, seed=seed) if drop else make_scenario(output, sample=sample, seed=seed)
    except ScenarioError as problem:
        _refuse(str(problem))
    typer.echo(f"已生成{'补到的批次' if drop else '模拟场景'} {output}")


@app.command()
def sandbox(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="A scenario.")],
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1.")] = 8765,
) -> None:
    """Serve a scenario as a province's platform would, faults included (token: PANHUO_PLATFORM_TOKEN)."""
    from ingestion.sandbox.server import serve
    from panhuo.settings import get_settings

    token = get_settings().platform_token
    if token is None:
        _refuse("set PANHUO_PLATFORM_TOKEN: the platform answers nobody without a token")
    serve(folder, token.get_secret_value(), port)


@app.command()
def demo(sample: Annotated[str, typer.Option(help="listed or taian.")] = "listed") -> None:
    """Run the DAG monthly_dispatch for 2024-04 to 2024-06 against the sandbox platform."""
    if sample not in {"listed", "taian"}:
        _refuse(f"no sample {sample!r}; known: listed, taian")
    from pipeline.demo import run_demo

    raise typer.Exit(run_demo(sample))


@app.command()
def version() -> None:
    """Print the version of the code and of the policy."""
    from panhuo.policy import policy_version
    from panhuo.versions import code_version

    typer.echo(f"panhuo {__version__} code {code_version()} policy {policy_version()}")


def _receipt(receipt: Any) -> dict[str, Any]:
    return {**receipt.load.to_json(), "is_new": receipt.is_new}


def _receipt_line(receipt: Any) -> str:
    load = receipt.load
    if load.load_status == "rejected":
        return f"{load.source_file}：整份退回，{load.rejection}"
    state = "已接收" if receipt.is_new else "此前已接收，未重复入库"
    return (
        f"{load.source_file}：{state}，接收 {load.row_count} 行，退回 {load.quarantined_count} 行"
        f"（批次 {load.load_id}，{format_instant(load.received_at)}）"
    )


def main() -> None:
    """Run the command line; a refusal of the project is one line on stderr and exit code 2, never a traceback."""
    try:
        app()
    except (ValueError, OSError, RuntimeError) as problem:
        typer.echo(str(problem), err=True)
        sys.exit(2)
    except Exception as problem:
        from duckdb import Error

        if not isinstance(problem, Error):
            raise
        typer.echo(failed_query(problem), err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
