"""An encoder is off by default, is found by name, and what it gives is checked."""

import numpy as np
import pytest

from panhuo.matching.encoder import NO_ENCODER, DenseEvidence, EncoderError, load_encoder
from panhuo.matching.policy_evidence import PolicyEvidence
from panhuo.policy import load_policy
from tests.fixtures.hashing_encoder import HashingEncoder, LongEncoder
from tests.fixtures.matching import known_tables
from tests.unit.test_matching_policy_evidence import CITIES, CORPUS, ROWS

HASHING = "tests.fixtures.hashing_encoder:HashingEncoder"


def test_the_policy_names_none():
    assert load_policy().matching.encoder.value == NO_ENCODER
    assert load_encoder(NO_ENCODER) is None
    assert not DenseEvidence(CORPUS, None).scores(ROWS).any()


def test_an_encoder_is_one_more_score_of_the_month():
    encoder = load_encoder(HASHING)
    scores = PolicyEvidence(CORPUS, known_tables(), CITIES, encoder).gather(ROWS)["dense"]
    assert scores.shape == (3, 3)
    assert scores[2].argmax() == 2
    assert 0 <= scores.min() <= scores.max() <= 1
    np.testing.assert_array_equal(scores, DenseEvidence(CORPUS, HashingEncoder()).scores(ROWS))


@pytest.mark.parametrize("spec", ["nowhere.at_all:Encoder", "tests.fixtures.hashing_encoder:Missing", "no spec at all"])
def test_an_encoder_that_is_not_there_is_named(spec):
    with pytest.raises(EncoderError, match="name a folder"):
        load_encoder(spec)


def test_a_folder_needs_the_package_that_reads_it(tmp_path):
    with pytest.raises(EncoderError, match="sentence-transformers"):
        load_encoder(str(tmp_path)).encode(["玻璃"])


def test_rows_that_are_not_of_length_one_are_refused():
    with pytest.raises(EncoderError, match="length"):
        DenseEvidence(CORPUS, LongEncoder()).scores(ROWS)
