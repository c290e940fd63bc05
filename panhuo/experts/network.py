"""Flows in a network that are best by one objective after another.

A flow in a network with whole capacities has an optimum in whole numbers, and so has every face of optima: after each
objective, arcs whose reduced cost is not zero are held where they are, which leaves exactly the flows that are equally
good, and the next objective chooses among them. Costs are whole numbers, so reduced costs are as well and zero is told
from not zero without a tolerance that could matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Ints = NDArray[np.int64]

OUTSIDE = -1
"""Node from which flow comes and into which it goes; it keeps no balance."""

_HALF = 0.5


@dataclass(frozen=True)
class Network:
    """Arcs with capacities: `tails` and `heads` are nodes 0 … node_count - 1, or OUTSIDE."""

    node_count: int
    tails: Ints
    heads: Ints
    capacities: Ints


def best_flow(network: Network, objectives: Sequence[Ints]) -> Ints:
    """Flow on each arc that is least by the first objective, among those by the second, and so on.

    An objective has one whole cost per arc. Raises RuntimeError when the solver fails, which it has no reason to: no
    flow at all keeps every balance.
    """
    arcs = len(network.tails)
    if not arcs:
        return np.zeros(0, dtype=np.int64)
    balance = _balance(network)
    lower, upper = np.zeros(arcs, dtype=np.int64), network.capacities.copy()
    flow = lower
    for costs in objectives:
        flow, reduced = _least(balance, costs, lower, upper)
        held = np.abs(reduced) > _HALF
        lower, upper = np.where(held, flow, lower), np.where(held, flow, upper)
    return flow


def _balance(network: Network) -> sparse.csr_matrix:
    arcs = np.arange(len(network.tails))
    leaves, enters = network.tails != OUTSIDE, network.heads != OUTSIDE
    values = np.concatenate([np.full(leaves.sum(), -1.0), np.full(enters.sum(), 1.0)])
    rows = np.concatenate([network.tails[leaves], network.heads[enters]])
    columns = np.concatenate([arcs[leaves], arcs[enters]])
    return sparse.csr_matrix((values, (rows, columns)), (network.node_count, len(arcs)))


def _least(balance: sparse.csr_matrix, costs: Ints, lower: Ints, upper: Ints) -> tuple[Ints, NDArray[np.float64]]:
    """An optimal flow and the reduced cost of every arc."""
    from scipy.optimize import linprog

    found = linprog(
        costs.astype(float),
        A_eq=balance,
        b_eq=np.zeros(balance.shape[0]),
        bounds=np.column_stack([lower, upper]),
        method="highs-ipm",
    )
    if found.status != 0:
        raise RuntimeError(f"the assignment was not solved: {found.message}")
    whole = np.rint(found.x)
    if np.abs(found.x - whole).max() > 1e-6:
        raise RuntimeError("the assignment is not in whole numbers")
    return whole.astype(np.int64), found.lower.marginals + found.upper.marginals
