import datetime as dt

import pytest

from panhuo.periods import (
    Period,
    PeriodError,
    Quarter,
    format_instant,
    months,
    parse_instant,
    resolve_period,
)

JULY_FIFTH = dt.datetime(2024, 7, 5, tzinfo=dt.UTC)


def test_period_round_trips_and_orders():
    assert str(Period.parse("2024-06")) == "2024-06"
    assert Period.parse("2023-12") < Period.parse("2024-01")


@pytest.mark.parametrize("text", ["2024-13", "2024-6", "202406", "2024-06-01", "", "june"])
def test_period_refuses_what_is_no_month(text):
    with pytest.raises(PeriodError, match="2024-06"):
        Period.parse(text)


def test_period_shifts_over_the_year():
    assert Period(2024, 1).shift(-1) == Period(2023, 12)
    assert Period(2023, 12).shift(14) == Period(2025, 2)


def test_period_ends_on_its_last_day():
    assert Period(2024, 2).end_date == dt.date(2024, 2, 29)
    assert Period(2023, 2).end_date == dt.date(2023, 2, 28)


def test_period_of_an_instant_is_the_month_in_shanghai():
    assert Period.of(dt.datetime(2024, 6, 30, 16, 0, tzinfo=dt.UTC)) == Period(2024, 7)
    assert Period.of(dt.datetime(2024, 6, 30, 15, 59, tzinfo=dt.UTC)) == Period(2024, 6)


def test_period_of_a_naive_time_is_refused():
    with pytest.raises(PeriodError, match="time zone"):
        Period.of(dt.datetime(2024, 6, 30))  # noqa: DTZ001


def test_quarter_holds_its_three_months():
    assert Quarter.parse("2024-Q2").months == (Period(2024, 4), Period(2024, 5), Period(2024, 6))
    assert Period(2024, 6).quarter == Quarter(2024, 2)
    with pytest.raises(PeriodError):
        Quarter.parse("2024-Q5")


def test_months_are_inclusive_and_empty_backwards():
    assert list(map(str, months(Period(2023, 12), Period(2024, 2)))) == ["2023-12", "2024-01", "2024-02"]
    assert list(months(Period(2024, 2), Period(2024, 1))) == []


def test_resolve_period_prefers_partition_key_then_conf_then_the_month_before():
    conf = {"period": "2024-05"}
    assert resolve_period("2024-04", conf, JULY_FIFTH) == Period(2024, 4)
    assert resolve_period(None, conf, JULY_FIFTH) == Period(2024, 5)
    assert resolve_period(None, {}, JULY_FIFTH) == Period(2024, 6)
    with pytest.raises(PeriodError, match="names no month"):
        resolve_period(None, None, None)


def test_instants_round_trip_in_utc():
    assert format_instant(parse_instant("2024-07-05T08:00:00+08:00")) == "2024-07-05T00:00:00Z"
    assert format_instant(parse_instant("2024-07-05")) == "2024-07-04T16:00:00Z"
    with pytest.raises(PeriodError, match="time zone"):
        parse_instant("2024-07-05T08:00:00")
    with pytest.raises(PeriodError, match="not an instant"):
        parse_instant("yesterday")
