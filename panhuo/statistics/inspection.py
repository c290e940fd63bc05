"""A stratified random sample that anybody can draw again from its seed, and what an inspection of it says.

The order within a stratum is that of HMAC-SM3 values under the seed: it depends on the seed, on the frame and on
nothing else, no generator of any library. Estimates follow W. G. Cochran, *Sampling Techniques* (3rd ed. 1977),
chapter 5. Intervals of a stratum are exact for its finite number of units (J. P. Buonaccorsi, The American Statistician
41, 1987); those of the whole are Clopper and Pearson's (Biometrika 26, 1934) with the effective sample size for the
sample (Korn and Graubard, Survey Methodology 24, 1998), within what is possible.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from hashlib import sha256
from math import ceil, floor, sqrt
from typing import Literal

from cryptography.hazmat.primitives import hashes, hmac

MIN_SEED_BYTES = 16
Frame = Mapping[str, Sequence[str]]
"""Stratum → its units, each once over all strata."""


class InspectionError(ValueError):
    """A sample that cannot be drawn."""


@dataclass(frozen=True)
class Drawn:
    """One unit that was drawn, with its place in the order of its stratum, from 1."""

    stratum: str
    place: int
    unit: str
    role: Literal["sample", "replacement"]


@dataclass(frozen=True)
class Stratum:
    """What an inspection saw of a stratum: `size` units of the frame, `inspected` looked at, `wrong` found wrong."""

    name: str
    size: int
    inspected: int
    wrong: int


@dataclass(frozen=True)
class Estimate:
    """An error rate with its interval, of a stratum or (None) of the whole; None where nothing can be said."""

    stratum: str | None
    size: int
    inspected: int
    wrong: int
    rate: float | None
    low: float | None
    high: float | None


def commitment(seed: bytes, quarter: str) -> str:
    """What may be shown of a seed before it is used: `sm3:` and 64 hexadecimal digits.

    Raises InspectionError for a seed that could be guessed.
    """
    if len(seed) < MIN_SEED_BYTES:
        raise InspectionError(f"the seed has {len(seed)} bytes; at least {MIN_SEED_BYTES} are needed")
    digest = hashes.Hash(hashes.SM3())
    digest.update(f"panhuo inspection {quarter}\0".encode() + seed)
    return f"sm3:{digest.finalize().hex()}"


def frame_digest(frame: Frame) -> str:
    """SHA-256 over the sorted units with their strata. Raises InspectionError for a unit that stands twice."""
    lines = sorted((unit, stratum) for stratum, units in frame.items() for unit in units)
    if len({unit for unit, _ in lines}) != len(lines):
        raise InspectionError("a unit stands twice in the frame")
    return sha256("".join(f"{unit}\t{stratum}\n" for unit, stratum in lines).encode()).hexdigest()


def allocate(
    sizes: Mapping[str, int], total: int, minimum: int, rates: Mapping[str, float] | None = None
) -> dict[str, int]:
    """How many units of each stratum are inspected: `total` of them, or all there are.

    Each stratum gets `minimum`, or all it has; the rest goes by size, or with `rates` (expected error rates, strictly
    between 0 and 1) by size times standard deviation (Neyman), largest remainders first, ties by name. The minima win
    over `total`.
    """
    least = {name: min(minimum, size) for name, size in sizes.items()}
    weights = {name: size * _deviation(rates[name] if rates else 0.5) for name, size in sizes.items()}
    goal = max(min(total, sum(sizes.values())), sum(least.values()))
    found, capped = dict(least), set[str]()
    while True:
        free = sorted(name for name in sizes if name not in capped and sizes[name])
        rest = goal - sum(found[name] for name in capped)
        shares = _shares({name: weights[name] for name in free}, rest)
        bound = {name: sizes[name] for name in free if shares[name] > sizes[name]}
        bound = bound or {name: least[name] for name in free if shares[name] < least[name]}
        if not bound:
            return found | shares
        found |= bound
        capped |= set(bound)


def _deviation(rate: float) -> float:
    return sqrt(rate * (1 - rate))


def _shares(weights: Mapping[str, float], total: int) -> dict[str, int]:
    """Whole numbers in proportion to weights that sum to `total`."""
    whole = sum(weights.values())
    exact = {name: total * weight / whole for name, weight in weights.items()} if whole else {}
    shares = {name: floor(value) for name, value in exact.items()}
    by_remainder = sorted(exact, key=lambda name: (shares[name] - exact[name], name))
    for name in by_remainder[: total - sum(shares.values())]:
        shares[name] += 1
    return shares


def draw(frame: Frame, seed: bytes, allocation: Mapping[str, int], replacements_per_hundred: int) -> list[Drawn]:
    """The sample and its replacements, by stratum and place: a function of the seed and of the frame as a set."""
    digest = frame_digest(frame)
    drawn = []
    for stratum in sorted(frame):
        ordered = sorted(frame[stratum], key=lambda unit: (_ticket(seed, f"{digest}\0{stratum}\0{unit}"), unit))
        count = allocation.get(stratum, 0)
        last = count + ceil(count * replacements_per_hundred / 100)
        for place, unit in enumerate(ordered[:last], start=1):
            drawn.append(Drawn(stratum, place, unit, "sample" if place <= count else "replacement"))
    return drawn


def _ticket(seed: bytes, text: str) -> bytes:
    mac = hmac.HMAC(seed, hashes.SM3())
    mac.update(text.encode())
    return mac.finalize()


def expected_rate(wrong: int, inspected: int, prior: float, weight: int) -> float:
    """The error rate to plan a stratum with: what was found, with the prior as if seen on `weight` patents more.

    Strictly between 0 and 1 when the prior is, so that a stratum found free of errors is still inspected.
    """
    return (wrong + prior * weight) / (inspected + weight)


def estimate(strata: Iterable[Stratum], confidence: float) -> list[Estimate]:
    """The error rate by stratum, by name, and last that of the whole, with intervals at that confidence.

    Whole: p = Σ W·p_h with W = N_h/N and variance Σ W²·(1 − n_h/N_h)·p_h·(1 − p_h)/(n_h − 1) (Cochran 1977, 5.5);
    a stratum with one unit of many has no variance of its own and gets the largest possible, 1/4. A stratum of which
    nothing was inspected has no rate, and then the whole has none.
    """
    known = sorted((stratum for stratum in strata if stratum.size), key=lambda stratum: stratum.name)
    total = sum(stratum.size for stratum in known)
    found, rate, variance = [], 0.0, 0.0
    for name, size, seen, wrong in map(astuple, known):
        if not seen:
            found.append(Estimate(name, size, seen, wrong, None, None, None))
            continue
        share, weight = wrong / seen, size / total
        low, high = _exact(size, seen, wrong, confidence)
        found.append(Estimate(name, size, seen, wrong, share, low, high))
        rate += weight * share
        own = share * (1 - share) / (seen - 1) if seen > 1 else 0.25
        variance += weight**2 * (1 - seen / size) * own
    seen, wrong = sum(x.inspected for x in known), sum(x.wrong for x in known)
    whole = Estimate(None, total, seen, wrong, None, None, None)
    if all(stratum.inspected for stratum in known):
        low, high = _overall(rate, variance, seen, total, confidence)
        least, most = _possible(total, seen, wrong)
        whole = replace(whole, rate=rate, low=max(low, least / total), high=min(high, most / total))
    return [*found, whole]


def _overall(rate: float, variance: float, seen: int, total: int, confidence: float) -> tuple[float, float]:
    if seen == total:
        return rate, rate
    effective = min(rate * (1 - rate) / variance, float(total)) if variance and 0 < rate < 1 else float(seen)
    return _clopper_pearson(rate * effective, effective, confidence)


def _possible(size: int, seen: int, wrong: int) -> tuple[int, int]:
    """How many of all can be wrong: those found wrong at least, all but those found right at most."""
    return wrong, size - seen + wrong


def _exact(size: int, seen: int, wrong: int, confidence: float) -> tuple[float, float]:
    """The lowest and the highest share that neither one-sided hypergeometric test rejects, of what is possible."""
    from scipy.stats import hypergeom

    tail = (1 - confidence) / 2
    least, most = _possible(size, seen, wrong)
    numbers = range(least, most + 1)
    low = bisect_left(numbers, True, key=lambda number: hypergeom.sf(wrong - 1, size, number, seen) > tail)
    above = bisect_left(numbers, True, key=lambda number: hypergeom.cdf(wrong, size, number, seen) <= tail)
    return numbers[low] / size, numbers[above - 1] / size


def _clopper_pearson(wrong: float, seen: float, confidence: float) -> tuple[float, float]:
    """By beta quantiles, which need no whole numbers."""
    from scipy.special import betaincinv

    tail = (1 - confidence) / 2
    low = float(betaincinv(wrong, seen - wrong + 1, tail)) if wrong > 0 else 0.0
    high = float(betaincinv(wrong + 1, seen - wrong, 1 - tail)) if wrong < seen else 1.0
    return low, high
