"""Every combination of the axes has one word."""

from __future__ import annotations

from itertools import product

import pytest

from chartline.domains.claims.axes import AdjudicationAxis, SubmissionAxis, Word, WorkAxis, axes_of, word_of


def test_the_words_share_out_every_combination() -> None:
    combinations = set(product(WorkAxis, SubmissionAxis, AdjudicationAxis))
    shared = [one for word in Word for one in axes_of(word)]
    assert len(shared) == len(set(shared)) == len(combinations)


@pytest.mark.parametrize(
    ("work", "submission", "adjudication", "word"),
    [
        ("draft", "none", "none", "draft"),
        ("held", "none", "none", "draft"),
        ("ready", "validated", "none", "validated"),
        ("ready", "submitted", "none", "submitted"),
        ("ready", "acknowledged", "pending", "accepted"),
        ("ready", "rejected", "none", "rejected"),
        ("ready", "acknowledged", "paid", "paid"),
        ("ready", "acknowledged", "partially_paid", "partially_paid"),
        ("ready", "acknowledged", "denied", "denied"),
        ("ready", "acknowledged", "reversed", "accepted"),
        ("ready", "acknowledged", "appealed", "appealed"),
        ("closed", "acknowledged", "paid", "closed"),
        ("cancelled", "validated", "none", "cancelled"),
    ],
)
def test_each_word_means_what_people_mean(work: str, submission: str, adjudication: str, word: str) -> None:
    assert word_of(WorkAxis(work), SubmissionAxis(submission), AdjudicationAxis(adjudication)) == word
