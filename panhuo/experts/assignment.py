"""Which expert judges which patent.

In this order: seats of patents that await evaluation, then of those whose tier is uncertain, are filled as far as any
assignment can; institutions are served in equal shares of what they need; work is spread evenly over experts, earlier
months included; experts who know the very subclass come before others of the field; the lot decides the rest.

Seats flow from an institution through its patents to groups of evaluators, of whom a patent takes one each, and to
their experts: a network (`panhuo.experts.network`), solved exactly. A second seat of an institution or expert costs
more than the first, which makes shares even.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeVar

import numpy as np

from panhuo.experts.network import OUTSIDE, Ints, Network, best_flow
from panhuo.policy.experts import Choice

Item = TypeVar("Item")
Key = TypeVar("Key", bound=Hashable)

NeedKind = Literal["awaiting", "straddling"]

# An institution's next seat costs by the share of its need that would then be served, in whole per mille.
_SHARES = 1000
_OBJECTIVES = ("seats", "institutions", "workload", "nearness", "lot")


@dataclass(frozen=True, order=True)
class Need:
    """A patent and how many experts it needs."""

    patent_no: str
    institution_id: str
    kind: NeedKind
    seats: int


@dataclass(frozen=True, order=True)
class Expert:
    """An expert, how many patents it may be given, and how many it had in the months before."""

    expert_id: str
    room: int
    recent: int = 0


@dataclass(frozen=True, order=True)
class Candidate:
    """An expert who may judge a patent, as whose member its evaluation counts, and whether it knows the subclass."""

    patent_no: str
    expert_id: str
    group: str
    is_near: bool = False


@dataclass(frozen=True)
class Assignment:
    """Pairs of patent and expert that were chosen, and why each of the other candidates was not."""

    chosen: tuple[Candidate, ...]
    refused: Mapping[tuple[str, str], Choice]


def assign(
    needs: Sequence[Need], experts: Sequence[Expert], candidates: Sequence[Candidate], *, lot: str,
    precedence: Sequence[Choice],
) -> Assignment:  # fmt: skip
    """The best assignment; the same for any order of the arguments.

    `lot` draws among equals: other text, other draw. `precedence` orders the reasons of a refusal. Raises KeyError for
    a candidate whose patent or expert is not given, ValueError for one that is given twice.
    """
    patents = _by_key(needs, lambda need: need.patent_no)
    pool = _by_key(experts, lambda expert: expert.expert_id)
    pairs = list(_by_key(candidates, lambda pair: (pair.patent_no, pair.expert_id)).values())
    network = _Network()
    arcs = _lay(network, patents, pool, pairs, lot)
    flow = network.best_flow()
    chosen = tuple(pair for pair, arc in zip(pairs, arcs, strict=True) if flow[arc])
    return Assignment(chosen, _refusals(pairs, chosen, patents, pool, precedence))


def _by_key(items: Sequence[Item], key: Callable[[Item], Key]) -> dict[Key, Item]:
    """Items by their key, in its order, so that the order in which they are given decides nothing."""
    found = {key(item): item for item in items}
    if len(found) != len(items):
        twice = [name for name, number in Counter(map(key, items)).items() if number > 1]
        raise ValueError(f"given twice: {twice[:3]}")
    return dict(sorted(found.items()))


@dataclass
class _Network:
    """A network under construction: arcs with their costs by objective."""

    tails: list[int] = field(default_factory=list)
    heads: list[int] = field(default_factory=list)
    capacities: list[int] = field(default_factory=list)
    costs: dict[str, dict[int, int]] = field(default_factory=lambda: {name: {} for name in _OBJECTIVES})
    nodes: dict[Hashable, int] = field(default_factory=dict)

    def node(self, name: Hashable) -> int:
        return self.nodes.setdefault(name, len(self.nodes))

    def arc(self, tail: int, head: int, capacity: int, **costs: int) -> int:
        number = len(self.tails)
        self.tails.append(tail)
        self.heads.append(head)
        self.capacities.append(capacity)
        for objective, cost in costs.items():
            self.costs[objective][number] = cost
        return number

    def best_flow(self) -> Ints:
        whole = [np.array(part, dtype=np.int64) for part in (self.tails, self.heads, self.capacities)]
        return best_flow(Network(len(self.nodes), *whole), [self._costs(name) for name in _OBJECTIVES])

    def _costs(self, objective: str) -> Ints:
        costs = np.zeros(len(self.tails), dtype=np.int64)
        for arc, cost in self.costs[objective].items():
            costs[arc] = cost
        return costs


def _lay(
    network: _Network, patents: Mapping[str, Need], pool: Mapping[str, Expert], pairs: Sequence[Candidate], lot: str
) -> list[int]:
    """Lay the arcs of an assignment; returns the arc of each pair."""
    needed: Counter[str] = Counter()
    for need in patents.values():
        needed[need.institution_id] += need.seats
    for institution, seats in needed.items():
        for place in range(1, seats + 1):
            share = _SHARES * (2 * place - 1) // (2 * seats)
            network.arc(OUTSIDE, network.node(("institution", institution)), 1, institutions=share)
    # A seat that awaits evaluation is worth more than all uncertain ones together.
    worth = {"straddling": 1, "awaiting": 1 + sum(need.seats for need in patents.values() if need.kind == "straddling")}
    for need in patents.values():
        tail, head = network.node(("institution", need.institution_id)), network.node(("patent", need.patent_no))
        network.arc(tail, head, need.seats, seats=-worth[need.kind])
    for expert in pool.values():
        for place in range(expert.recent + 1, expert.recent + expert.room + 1):
            network.arc(network.node(("expert", expert.expert_id)), OUTSIDE, 1, workload=2 * place - 1)
    for patent, group in sorted({(pair.patent_no, pair.group) for pair in pairs}):
        network.arc(network.node(("patent", patent)), network.node(("group", patent, group)), 1)
    return [_lay_pair(network, patents[pair.patent_no], pool[pair.expert_id], pair, lot) for pair in pairs]


def _lay_pair(network: _Network, need: Need, expert: Expert, pair: Candidate, lot: str) -> int:
    tail, head = network.node(("group", need.patent_no, pair.group)), network.node(("expert", expert.expert_id))
    drawn = hashlib.sha256(f"{lot}|{pair.patent_no}|{pair.expert_id}".encode()).digest()
    return network.arc(tail, head, 1, nearness=-int(pair.is_near), lot=int.from_bytes(drawn[:2]))


def _refusals(
    pairs: Sequence[Candidate], chosen: Sequence[Candidate], patents: Mapping[str, Need],
    pool: Mapping[str, Expert], precedence: Sequence[Choice],
) -> dict[tuple[str, str], Choice]:  # fmt: skip
    """The first reason of each pair that was not chosen; without one the assignment could have been better."""
    filled = Counter(pair.patent_no for pair in chosen)
    loads = Counter(pair.expert_id for pair in chosen)
    taken = {(pair.patent_no, pair.group) for pair in chosen}
    is_chosen = set(chosen)
    refused: dict[tuple[str, str], Choice] = {}
    for pair in pairs:
        if pair in is_chosen:
            continue
        holds: dict[Choice, bool] = {
            "enough_experts": filled[pair.patent_no] >= patents[pair.patent_no].seats,
            "group_assigned": (pair.patent_no, pair.group) in taken,
            "workload_full": loads[pair.expert_id] >= pool[pair.expert_id].room,
        }
        reason = next((reason for reason in precedence if holds[reason]), None)
        if reason is None:
            raise RuntimeError(f"{pair.expert_id} could have been given {pair.patent_no}: the assignment is not best")
        refused[pair.patent_no, pair.expert_id] = reason
    return refused
