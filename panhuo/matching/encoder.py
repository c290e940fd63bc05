"""An optional dense encoder of texts as one more kind of evidence; off unless the policy names one.

Nothing is downloaded and nothing is required: an encoder is Python that the operator installs (`package.module:name`,
called without arguments), or a local folder of a sentence-transformers model.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from panhuo.matching.corpus import Corpus
from panhuo.matching.evidence import Rows, Scores

NO_ENCODER = "none"
UNIT = 1e-3
"""How far the length of a row may be from one."""


class Encoder(Protocol):
    """Turns texts into vectors whose cosine says how alike they are."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Texts × dimensions, each row of length one; equal texts give equal rows."""
        ...


class EncoderError(ValueError):
    """The encoder that the policy names cannot be had, or gives no unit vectors."""


def load_encoder(spec: str) -> Encoder | None:
    """The encoder of `package.module:name` or of a folder; None for `none`.

    Raises EncoderError that names what is missing.
    """
    if spec == NO_ENCODER:
        return None
    if Path(spec).is_dir():
        return _FolderEncoder(Path(spec))
    module, _, name = spec.partition(":")
    try:
        make: Callable[[], Encoder] = getattr(import_module(module), name)
    except (ImportError, AttributeError, ValueError) as problem:
        raise EncoderError(
            f"encoder {spec!r}: {problem}; name a folder, package.module:name, or {NO_ENCODER}"
        ) from problem
    return make()


@dataclass(frozen=True)
class _FolderEncoder:
    """A sentence-transformers model that lies in a folder; loaded when first asked."""

    folder: Path

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """As the protocol says."""
        return np.asarray(
            self._model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False), dtype=np.float32
        )

    @cached_property
    def _model(self) -> Any:
        try:
            module = import_module("sentence_transformers")
        except ImportError as problem:
            raise EncoderError(f"encoder {self.folder}: install sentence-transformers to use it") from problem
        return module.SentenceTransformer(str(self.folder), local_files_only=True, device="cpu")


class DenseEvidence:
    """Cosine of what the encoder makes of a patent and of a firm; zero everywhere without an encoder."""

    def __init__(self, corpus: Corpus, encoder: Encoder | None) -> None:
        self._corpus, self._encoder = corpus, encoder

    def scores(self, rows: Rows) -> Scores:
        """Patents × firms, from 0 to 1."""
        if self._encoder is None:
            return np.zeros((len(rows), len(self._corpus.firms)), dtype=np.float32)
        patents = _checked(self._encoder, [self._corpus.texts[row] for row in rows])
        return np.asarray(np.clip(patents @ self._firms.T, 0, 1), dtype=np.float32)

    @cached_property
    def _firms(self) -> NDArray[np.float32]:
        assert self._encoder is not None
        firms = zip(self._corpus.firms.names, self._corpus.firms.scopes, strict=True)
        return _checked(self._encoder, [f"{name} {scope}" for name, scope in firms])


def _checked(encoder: Encoder, texts: list[str]) -> NDArray[np.float32]:
    vectors = np.asarray(encoder.encode(texts), dtype=np.float32)
    if vectors.ndim != 2 or len(vectors) != len(texts):
        raise EncoderError(f"the encoder gave {vectors.shape} for {len(texts)} texts; one row for each is expected")
    if len(texts) and not np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=UNIT):
        raise EncoderError("the encoder gave rows whose length is not one; normalise them")
    return vectors
