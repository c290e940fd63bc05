"""The state of the right: what was believed when, and the models against a fold told as a loop."""

import datetime as dt
import random

import pytest

from panhuo.policy import load_policy

EARLY = dt.datetime(2024, 5, 10, tzinfo=dt.UTC)
FREEZE = dt.datetime(2024, 5, 15, 16, tzinfo=dt.UTC)
LATE = dt.datetime(2024, 9, 1, tzinfo=dt.UTC)
MONTH_END = dt.date(2024, 4, 30)
RANDOM_PATENTS = 1500
CODES = {code.code: code for code in load_policy().legal_events.codes}
ORDER = [effect.effect for effect in load_policy().legal_events.effects]
STATUSES = load_policy().screening.statuses
REPORTED = ("granted", "granted", "granted", "transferred", "pledged", "license_recorded", "fee_lapsed", "pending")


def add_random_patents(raw):
    """Patents with up to seven events each, around the month's end and on the same days; some reports come late."""
    rng = random.Random(20240430)
    for number in range(RANDOM_PATENTS):
        patent = f"R{number:04d}"
        raw.patent(
            patent,
            "甲大学",
            legal_status=rng.choice(REPORTED),
            grant_date=rng.choice([None, dt.date(2018, 5, 4), dt.date(2018, 5, 4), dt.date(2024, 5, 1)]),
            filing_date=rng.choice([dt.date(2015, 3, 2), dt.date(2004, 4, 29), dt.date(2004, 5, 2)]),
            received_day=rng.choice([2, 5, 20]),
        )
        for _ in range(rng.randrange(8)):
            date = dt.date(2024, 4, 24) + dt.timedelta(days=rng.randrange(9))
            raw.event(
                patent,
                rng.choice([*CODES, "CF01", "RR01", "ZZ99"]),
                date,
                announced_on=rng.choice([None, date + dt.timedelta(days=rng.randrange(40))]),
                registration_no=rng.choice([None, "A", "B"]),
                received_day=rng.choice([3, 20, 25]),
            )


@pytest.fixture(scope="module")
def raw(raw_tables):
    raw = raw_tables()
    raw.institution("I1", "甲大学")
    raw.patent("P1", "甲大学", data_origin="real")
    raw.event("P1", "CF01", dt.date(2024, 3, 2), announced_on=dt.date(2024, 5, 17), received_day=20)
    raw.patent("P2", "甲大学")
    raw.event("P2", "CF01", dt.date(2023, 3, 2), announced_on=dt.date(2023, 10, 17))
    raw.event("P2", "RR01", dt.date(2024, 3, 2), announced_on=dt.date(2024, 3, 2), received_day=20)
    raw.patent("P3", "甲大学", received_day=20)
    add_random_patents(raw)
    return raw


@pytest.fixture(scope="module")
def builds(raw, run_build):
    """Instant → warehouse of what was known of the rights then."""
    return {
        as_of: run_build(raw, "2024-04", as_of=as_of, select=["+int_patents_described"])[1] for as_of in (EARLY, LATE)
    }


@pytest.fixture(scope="module")
def rights(builds, read):
    """Function: patents with what is said of their right, as known at an instant."""

    def rows(as_of):
        sql = "select * from int_patents_described where period = '2024-04'"
        return {row["patent_no"]: row for row in read(builds[as_of], sql)}

    return rows


def test_a_fee_lapse_learned_later_reaches_back(rights):
    """The same day, believed in force in May and lapsed in September; the denominator of the month stays."""
    early, late = rights(EARLY)["P1"], rights(LATE)["P1"]
    assert (early["is_in_force"], early["legal_status"], early["is_frozen_stock"]) == (True, "granted", True)
    assert (late["is_in_force"], late["legal_status"], late["is_frozen_stock"]) == (False, "fee_lapsed", True)
    assert late["not_in_force_reason"] == "status_not_in_force"
    assert late["status_since"] == dt.date(2024, 3, 2)
    assert late["status_evidence"] == "法律事件CF01（未缴年费专利权终止）：by hand 第1行"
    assert "legal_status" in late["simulated_fields"].split("|")
    assert early["simulated_fields"] is None


def test_a_restoration_learned_later_brings_the_right_back(rights):
    early, late = rights(EARLY)["P2"], rights(LATE)["P2"]
    assert (early["is_in_force"], early["is_frozen_stock"]) == (False, False)
    assert (late["is_in_force"], late["is_frozen_stock"]) == (True, False)
    assert (late["legal_status"], late["status_since"]) == ("granted", dt.date(2024, 3, 2))


def test_a_patent_received_after_the_freeze_is_no_frozen_stock(rights):
    assert "P3" not in rights(EARLY)
    assert (rights(LATE)["P3"]["is_in_force"], rights(LATE)["P3"]["is_frozen_stock"]) == (True, False)


def fold(patent, events):
    """The rule told as a loop over the events of one patent: (is in force, status, since), and kinds of marks."""
    ended = restored = dead = granted_on = None
    announced = dt.date.min
    marks = []
    reported_on = min(patent["received_at"].date(), MONTH_END)
    if patent["legal_status"] in ("transferred", "pledged", "license_recorded"):
        categories = {code.legal_status: code.category for code in CODES.values() if code.effect == "opens_mark"}
        marks.append((reported_on, -1, categories[patent["legal_status"]], None, patent["legal_status"]))
    counted = [e for e in events if e["event_code"] in CODES and e["event_date"] <= MONTH_END]
    counted.sort(key=lambda e: (e["event_date"], ORDER.index(CODES[e["event_code"]].effect), e["event_id"]))
    for position, event in enumerate(counted):
        code, date = CODES[event["event_code"]], event["event_date"]
        if code.effect == "begins":
            granted_on = granted_on or date
        elif code.effect == "ends":
            if ended is None or (code.category == "invalidation" and ended[0] != "invalidated"):
                ended = (code.legal_status, date)
        elif code.effect == "restores":
            ended, restored, announced = None, date, max(announced, event["announced_on"] or date)
        elif code.effect == "ends_application":
            dead = date
        elif code.effect == "opens_mark":
            marks.append((date, position, code.category, event["registration_no"], code.legal_status))
        elif code.effect == "closes_mark":
            marks = [mark for mark in marks if not closes(event, code, mark)]
    state = judge(patent, ended, restored, dead, granted_on, announced, marks, reported_on)
    return state, {category for _, _, category, *_ in marks}


def closes(event, code, mark):
    date, position, category, registration, _ = mark
    numbers = {registration, event["registration_no"]} - {None}
    is_later = position >= 0 or event["event_date"] > date
    return category == code.category and len(numbers) <= 1 and is_later


def judge(patent, ended, restored, dead, granted_on, announced, marks, reported_on):
    grant_date = patent["grant_date"] or granted_on
    reported = patent["legal_status"]
    expiry = patent["filing_date"].replace(year=patent["filing_date"].year + 20) - dt.timedelta(days=1)
    past_term = expiry < MONTH_END
    if grant_date is None or grant_date > MONTH_END or (reported == "pending" and granted_on is None):
        return False, "application_ended" if dead else "pending", dead or patent["filing_date"]
    reported_end = reported in STATUSES.not_in_force and announced <= reported_on
    if ended and not (past_term and ended[1] > expiry):
        return False, *ended
    if reported_end:
        return False, reported, reported_on
    if past_term:
        return False, "term_expired", expiry + dt.timedelta(days=1)
    if marks:
        date, *_, status = max(marks, key=lambda mark: mark[:2])
        return True, status, date
    if restored:
        return True, "granted", restored
    return True, "granted", granted_on if reported == "pending" else grant_date


@pytest.mark.parametrize("as_of", [EARLY, LATE], ids=["early", "late"])
def test_models_fold_events_like_the_loop(raw, builds, rights, read, as_of):
    events = {}
    for event in raw.rows["legal_events.events"]:
        events.setdefault(event["patent_no"], []).append(event)

    def expected(patent, instant):
        return fold(patent, [e for e in events.get(patent["patent_no"], []) if e["received_at"] <= instant])

    rows, marks = rights(as_of), {}
    for mark in read(builds[as_of], "select * from int_marks_standing where period = '2024-04' and not is_at_freeze"):
        marks.setdefault(mark["patent_no"], set()).add(mark["event_category"])
    known = [p for p in raw.rows["grants.patents"] if p["received_at"] <= as_of and p["patent_no"].startswith("R")]
    assert len(known) > RANDOM_PATENTS / 2
    seen = set()
    for patent in known:
        row = rows[patent["patent_no"]]
        state, kinds = expected(patent, as_of)
        assert (row["is_in_force"], row["legal_status"], row["status_since"]) == state, patent
        assert marks.get(patent["patent_no"], set()) == kinds, patent
        frozen = patent["received_at"] < FREEZE and expected(patent, min(as_of, FREEZE))[0][0]
        assert row["is_frozen_stock"] == frozen, patent
        seen.add(row["legal_status"])
    assert len(seen) >= 11
    assert max(map(len, marks.values())) >= 3
