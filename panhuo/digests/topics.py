"""Topics of a technical field: texts that say much the same, grouped by the likeness of their words.

Texts are vectors of TF-IDF over pairs of ideographs, which needs no dictionary for the words of a trade. Different
texts of one field are joined by average linkage (Sokal and Michener 1958; `scipy.cluster.hierarchy`) until groups lie
farther apart than the policy allows. A field with more texts than may be compared in pairs clusters an even sample and
gives every other text to the nearest topic (the Buckshot method of Cutting, Karger, Pedersen and Tukey 1992), so that
time and memory of a field are bounded by the square of the sample and by the number of texts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from panhuo.matching.terms import Matrix, Vocabulary, cosine
from panhuo.matching.texts import character_pairs, normalise, words
from panhuo.policy.digests import Digests

NO_FIELD = 0
"""Field of a text that has none."""
_PIECE = 4_096

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Text:
    """One text: its identifier, its field, the independent evaluator it comes from, and what it says."""

    text_id: str
    field_no: int
    evaluator_group: str
    content: str


@dataclass(frozen=True)
class Topic:
    """Texts of a field that say much the same, the most typical first."""

    field_no: int
    topic_no: int
    terms: tuple[str, ...]
    members: tuple[Text, ...]

    @property
    def evaluator_count(self) -> int:
        """Independent evaluators among the members."""
        return len({text.evaluator_group for text in self.members})

    def typical(self, count: int) -> tuple[Text, ...]:
        """The texts nearest to the middle, each of another evaluator and each saying something else."""
        found: list[Text] = []
        for text in self.members:
            is_new = all(text.content != other.content for other in found)
            if is_new and all(text.evaluator_group != other.evaluator_group for other in found):
                found.append(text)
        return tuple(found[:count])


def find_topics(texts: Iterable[Text], rules: Digests) -> tuple[Topic, ...]:
    """The topics of every field, those of most evaluators first; texts without a word belong to none.

    Equal texts in any order give equal topics.
    """
    ordered = sorted(texts, key=lambda text: (text.field_no, text.content, text.text_id))
    return tuple(
        topic
        for field_no, block in groupby(ordered, key=lambda text: text.field_no)
        for topic in _field_topics(field_no, list(block), rules)
    )


def _field_topics(field_no: int, texts: list[Text], rules: Digests) -> Iterator[Topic]:
    alike: dict[str, list[Text]] = defaultdict(list)
    for text in texts:
        if character_pairs(text.content):
            alike[" ".join(normalise(text.content).split())].append(text)
    contents = list(alike)
    if not contents:
        return
    counts = Vocabulary(character_pairs).learn(contents)
    vectors = cosine(counts, _smooth_rarity(counts))
    labels = _grouped(vectors, rules)
    found = []
    for label in range(labels.max() + 1):
        rows = np.flatnonzero(labels == label)
        typical = _most_typical(vectors[rows])
        members = tuple(text for row in rows[typical] for text in alike[contents[row]])
        found.append(Topic(field_no, label + 1, _terms(members, rules), members))
    found.sort(key=lambda topic: (-topic.evaluator_count, topic.members[0].content))
    for number, topic in enumerate(found, start=1):
        yield replace(topic, topic_no=number)


def _smooth_rarity(counts: Matrix) -> NDArray[np.float32]:
    """Inverse document frequency that never vanishes: in a field of three texts a word of all three still joins them.

    ln((1 + n) / (1 + df)) + 1, the smoothing of scikit-learn's TfidfTransformer.
    """
    frequency = np.bincount(counts.indices, minlength=counts.shape[1])
    return np.asarray(np.log((1 + counts.shape[0]) / (1 + frequency)) + 1, dtype=np.float32)


def _grouped(vectors: Matrix, rules: Digests) -> Ints:
    """A number for the topic of each row."""
    count, limit = vectors.shape[0], rules.max_clustered_texts.value
    if count <= limit:
        return _clustered(vectors, rules.max_topic_distance.value)
    sample = np.unique(np.linspace(0, count - 1, limit).astype(np.int64))
    labels = np.full(count, -1, dtype=np.int64)
    labels[sample] = _clustered(vectors[sample], rules.max_topic_distance.value)
    _assign_rest(vectors, labels, 1 - rules.max_topic_distance.value)
    return labels


def _clustered(vectors: Matrix, max_distance: float) -> Ints:
    """Average linkage on cosine distances, cut where groups lie farther apart."""
    from scipy.cluster.hierarchy import fcluster, linkage

    count = vectors.shape[0]
    if count == 1:
        return np.zeros(1, dtype=np.int64)
    distances = np.empty(count * (count - 1) // 2, dtype=np.float64)
    start = 0
    likeness = (vectors @ vectors.T).toarray()
    for row in range(count - 1):
        end = start + count - 1 - row
        # rounding keeps the order of merges from hanging on the last bits of a product
        distances[start:end] = np.clip(1 - likeness[row, row + 1 :], 0, 1).round(6)
        start = end
    labels: Ints = fcluster(linkage(distances, method="average"), max_distance, criterion="distance").astype(np.int64)
    return labels - 1


def _assign_rest(vectors: Matrix, labels: Ints, min_likeness: float) -> None:
    """Give each row without a topic to the nearest middle; rows too far from all become topics of their own."""
    from scipy import sparse

    known = np.flatnonzero(labels >= 0)
    topics = int(labels.max()) + 1
    member = sparse.csr_matrix((np.ones(len(known)), (labels[known], known)), (topics, vectors.shape[0]))
    sizes = np.asarray(member.sum(axis=1)).ravel()
    middles = sparse.csr_matrix(sparse.diags(1 / sizes) @ member @ vectors)
    rest = np.flatnonzero(labels < 0)
    for start in range(0, len(rest), _PIECE):
        rows = rest[start : start + _PIECE]
        # mean likeness to the members: the measure by which average linkage joins
        likeness = (vectors[rows] @ middles.T).tocsr()
        best = np.asarray(likeness.argmax(axis=1)).ravel()
        value = np.asarray(likeness.max(axis=1).todense()).ravel()
        labels[rows] = np.where(value >= min_likeness, best, -1)
    alone = np.flatnonzero(labels < 0)
    labels[alone] = np.arange(topics, topics + len(alone))


def _most_typical(vectors: Matrix) -> Ints:
    """Rows by their mean likeness to all rows of the topic, the medoid first."""
    middle = np.asarray(vectors.mean(axis=0)).ravel()
    typicality = np.asarray(vectors @ middle).ravel().round(6)
    return np.argsort(-typicality, kind="stable")


def _terms(members: Sequence[Text], rules: Digests) -> tuple[str, ...]:
    """Words that enough evaluators use, by how many do."""
    users: dict[str, set[str]] = defaultdict(set)
    for content, groups in _groups_by_content(members).items():
        for word in words(content):
            users[word] |= groups
    told = [word for word, groups in users.items() if len(groups) >= rules.min_evaluators.value]
    told.sort(key=lambda word: (-len(users[word]), -len(word), word))
    return tuple(told[: rules.topic_terms.value])


def _groups_by_content(members: Sequence[Text]) -> dict[str, set[str]]:
    groups: dict[str, set[str]] = defaultdict(set)
    for text in members:
        groups[text.content].add(text.evaluator_group)
    return groups
