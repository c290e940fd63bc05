"""Packages of a month, their changes, forms and workbooks."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tests.fixtures.gates import Break, GoodRow, Tables, drop, put, repeat

NUMBERS = ["CN201010110545.X", "CN201110001234.5", "CN85102475", "CN02270355.1"]
OUTSIDE = "CN201210005678.9"
CONVERTED = "CN201310001111.2"
SCOPES = {"province": "province_code", "city": "city_code", "institution": "institution_id"}


def dispatch_month(good_row: GoodRow) -> Tables:
    """Two convertible patents of two institutions in one city, and one of Form 1 that the first institution holds.

    The first is new, the second came from the other institution since the version before; a third left since the
    month before and a fourth since the version before.
    """
    places = {"province_code": "37", "city_code": "3709"}
    lines = [
        good_row("fct_dispatch_lines", patent_no=number, institution_id=institution, **places)
        for number, institution in zip(NUMBERS, ["U1", "U2"], strict=False)
    ]

    def packages(row: dict[str, Any]) -> list[dict[str, Any]]:
        return [{"recipient_kind": kind, "recipient_code": row[scope], **row} for kind, scope in SCOPES.items()]

    def told(row: dict[str, Any], base: str, kind: str) -> dict[str, Any]:
        names = ("recipient_kind", "recipient_code", "patent_no")
        return {**{name: row[name] for name in names}, "change_base": base, "change_kind": kind}

    def forms(row: dict[str, Any], contract: str) -> list[dict[str, Any]]:
        """What a city and an institution get, and only the city of a ledger."""
        kinds = ["city"] if contract == "city_ledger_entries" else ["city", "institution"]
        entry = good_row(contract, **_cells(row), entry_no=1)
        return [package for package in packages(entry) if package["recipient_kind"] in kinds]

    def written(tables: Tables) -> list[dict[str, Any]]:
        """Workbooks with the rows of tables, numbered from 1 in each."""
        numbers: Counter[tuple[str, ...]] = Counter()
        rows = []
        for name, entries in tables.items():
            for entry in entries:
                place = (entry["recipient_kind"], entry["recipient_code"], name.removeprefix("packages."))
                numbers[place] += 1
                cells = {"entry_no": numbers[place], "patent_no": entry["patent_no"]}
                rows.append(dict(zip(("recipient_kind", "recipient_code", "table_name"), place, strict=True)) | cells)
        return rows

    converted = lines[0] | {"patent_no": CONVERTED}
    form_tables = {
        "packages.form1_entries": forms(converted, "form1_entries"),
        "packages.form2_entries": [entry for row in lines for entry in forms(row, "form2_entries")],
        "packages.city_ledger_entries": [entry for row in lines for entry in forms(row, "city_ledger_entries")],
    }
    gone, lost = (lines[0] | {"patent_no": number} for number in NUMBERS[2:4])
    moved = {"patent_no": NUMBERS[1]}
    return {
        "fct_dispatch_lines": lines,
        "packages.dispatch_lines": [package for row in lines for package in packages(row)],
        "packages.screening": [
            *(package | {"disposition": "form_2"} for row in lines for package in packages(row)),
            *(package | {"disposition": "form_1"} for package in packages(converted)),
        ],
        **form_tables,
        "packages.workbook_rows": written(form_tables),
        "fct_screening": [good_row("fct_screening", **_cells(row)) for row in lines],
        "fct_dispatch_changes": [good_row("fct_dispatch_changes", **_cells(gone), change_kind="DEL")],
        "packages.changes": [
            *(told(package, "previous_month", "ADD") for package in packages(lines[0])),
            *(told(package, "previous_month", "DEL") for package in packages(gone)),
            *(told(package, "previous_version", "DEL") for package in packages(lost)),
            told({"recipient_kind": "institution", "recipient_code": "U2"} | moved, "previous_version", "ADD"),
            told({"recipient_kind": "institution", "recipient_code": "U1"} | moved, "previous_version", "DEL"),
        ],
    }


def _cells(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("patent_no", "institution_id", "province_code", "city_code")}


MONTHS = {"G3_dispatch": dispatch_month}
BROKEN: list[tuple[str, Break, float]] = [
    ("G3.fct_dispatch_lines.one_tier_per_patent", repeat("fct_dispatch_lines", 0, tier="T4"), 1),
    ("G3.packages.dispatch_lines.month_alone", put("packages.dispatch_lines", 0, period="2024-04"), 1),
    ("G3.packages.dispatch_lines.month_alone", put("packages.screening", 0, period="2024-04"), 1),
    ("G3.packages.dispatch_lines.packages_add_up", drop("packages.dispatch_lines", 0), 1),
    ("G3.packages.dispatch_lines.packages_add_up", repeat("packages.dispatch_lines", 0, recipient_code="37"), 1),
    ("G3.packages.dispatch_lines.packages_add_up", drop("fct_dispatch_lines", 0), 3),
    ("G3.packages.dispatch_lines.lines_in_scope", put("packages.dispatch_lines", 2, institution_id="U2"), 1),
    ("G3.packages.dispatch_lines.lines_in_scope", put("packages.dispatch_lines", 0, recipient_kind="bank"), 1),
    ("G3.packages.changes.changes_in_scope", put("packages.changes", 2, recipient_code="U2"), 1),
    ("G3.packages.changes.changes_in_scope", put("packages.changes", 0, recipient_kind="bank"), 1),
    ("G3.packages.changes.changes_in_scope", put("packages.changes", 2, patent_no=OUTSIDE), 1),
    ("G3.packages.changes.changes_in_scope", put("packages.changes", 5, recipient_code="U2"), 1),
    ("G3.packages.changes.changes_in_scope", put("packages.changes", 5, change_kind="MOD"), 1),
    ("G3.packages.changes.changes_in_scope", repeat("packages.changes", 8, recipient_code="U2"), 2),
    ("G3.packages.changes.changes_in_scope", put("packages.changes", 8, recipient_kind="bank"), 1),
    ("G3.packages.changes.changes_in_scope", put("packages.changes", 8, change_kind="MOD"), 1),
    ("G3.packages.changes.changes_in_scope", drop("packages.changes", 9), 1),
    ("G3.packages.changes.changes_in_scope", put("packages.changes", 9, recipient_code="U1"), 2),
    ("G3.packages.screening.screening_in_scope", put("packages.screening", 1, city_code="3401"), 1),
    ("G3.packages.form1_entries.forms_are_the_screening", drop("packages.form1_entries", 0), 1),
    ("G3.packages.form1_entries.forms_are_the_screening", repeat("packages.form2_entries", 0), 1),
    ("G3.packages.form1_entries.forms_are_the_screening", put("packages.city_ledger_entries", 0, patent_no=OUTSIDE), 2),
    ("G3.packages.form1_entries.forms_are_the_screening", put("packages.form2_entries", 1, recipient_code="U2"), 2),
    ("G3.packages.form1_entries.forms_are_the_screening", put("packages.screening", 1, disposition="form_1"), 3),
    ("G3.packages.form1_entries.forms_in_scope", put("packages.form1_entries", 0, city_code="3401"), 1),
    ("G3.packages.form1_entries.forms_in_scope", put("packages.form2_entries", 1, institution_id="U2"), 1),
    ("G3.packages.form1_entries.forms_in_scope", put("packages.city_ledger_entries", 0, period="2024-04"), 1),
    ("G3.packages.form1_entries.forms_in_scope", put("packages.form1_entries", 0, recipient_kind="bank"), 1),
    ("G3.packages.workbook_rows.workbooks_hold_the_rows", drop("packages.workbook_rows", 0), 1),
    ("G3.packages.workbook_rows.workbooks_hold_the_rows", put("packages.workbook_rows", 2, patent_no=OUTSIDE), 2),
    ("G3.packages.workbook_rows.workbooks_hold_the_rows", repeat("packages.workbook_rows", 0), 1),
    ("G3.packages.workbook_rows.workbooks_hold_the_rows", drop("packages.city_ledger_entries", 0), 1),
    ("G3.packages.workbook_rows.numbered_without_gaps", put("packages.workbook_rows", 0, entry_no=2), 1),
    ("G3.packages.workbook_rows.numbered_without_gaps", repeat("packages.workbook_rows", 0), 1),
]
