from __future__ import annotations

from rag.text.claims import claim_places, without_claims
from rag.types import Claim, Verdict

ONE = Claim("First one.", (1,), Verdict.SUPPORTED)
TWO = Claim("Second one.", (2,), Verdict.UNSUPPORTED)
THREE = Claim("Third one.", (), Verdict.UNSUPPORTED)


def test_claims_are_found_in_order_without_their_markers() -> None:
    text = "First one [1]. Second  one [2]."

    assert [(text[start:end], claim) for start, end, claim in claim_places(text, [ONE, TWO, THREE], {1, 2})] == [
        ("First one [1].", ONE),
        ("Second  one [2].", TWO),
    ]


def test_sentences_go_with_their_markers_and_the_space_behind() -> None:
    assert without_claims("First one [1]. Second one. [2] Third one.", [ONE, TWO, THREE], [TWO], {1, 2}) == (
        "First one [1]. Third one."
    )


def test_lines_of_which_nothing_stays_go_and_others_stay_as_they_are() -> None:
    text = "Here:\n\n- First one [1].\n- Second one [2].\n\n3. Third one."

    assert without_claims(text, [ONE, TWO, THREE], [TWO, THREE], {1, 2}) == "Here:\n\n- First one [1]."


def test_nothing_left_is_empty() -> None:
    assert without_claims("Second one [2].", [TWO], [TWO], {2}) == ""
