from __future__ import annotations

import dataclasses
import random
import re

import pytest

from rag.answering.citations import CitationParser
from rag.text.sentences import passages_of
from rag.types import Paper, Passage
from tests.rag.answering.material import GLACIER, GLACIER_KEY, MEADOW, MEADOW_KEY, locate

G, M = GLACIER_KEY, MEADOW_KEY


def _parse(text: str, size: int = 1, *, cut: bool = False) -> CitationParser:
    parser = CitationParser({G: GLACIER, M: MEADOW}, locate)
    pieces = [parser.feed(text[start : start + size]) for start in range(0, len(text), size)]
    pieces.append(parser.finish(cut=cut))
    assert "".join(pieces) == parser.text
    return parser


def _text(text: str) -> str:
    return _parse(text).text


RECALL = passages_of(GLACIER)[2]
MEMORY = passages_of(GLACIER)[3]
SPEED = passages_of(MEADOW)[2]


def test_a_key_becomes_the_number_of_the_sentence_that_supports_the_text_before_it() -> None:
    parser = _parse(f"It raises recall by 12.3% over a plain index [{G}].")

    assert parser.text == "It raises recall by 12.3% over a plain index [1]."
    assert parser.cited == (RECALL,)
    assert parser.unknown_keys == []


def test_a_sentence_keeps_its_number_and_another_sentence_of_the_paper_gets_its_own() -> None:
    parser = _parse(
        f"It raises recall by 12.3% [{G}]. Its memory use halves, they say [{G}]. So recall is raised by 12.3% [{G}]."
    )

    assert parser.text.count("[1]") == 2
    assert parser.text.count("[2]") == 1
    assert parser.cited == (RECALL, MEMORY)


def test_numbers_count_from_one_in_order_of_first_use() -> None:
    parser = _parse(f"Meadow answers queries in 4 ms [{M}]. Glacier raises recall by 12.3% [{G}].")

    assert re.findall(r"\[\d+\]", parser.text) == ["[1]", "[2]"]
    assert parser.cited == (SPEED, RECALL)


def test_locate_gets_the_sentence_so_far_without_markers() -> None:
    asked: list[str] = []

    def remember(sentence: str, paper: Paper) -> Passage:
        asked.append(sentence)
        return locate(sentence, paper)

    parser = CitationParser({G: GLACIER, M: MEADOW}, remember)
    parser.feed(f"First, a sentence of some length. Glacier raises recall by 12.3% [{G}] as Meadow does not [{M}].\n")
    parser.feed(f"1. A list item about memory use halved [{G}]")
    parser.finish()

    assert asked == [
        "Glacier raises recall by 12.3%",
        "Glacier raises recall by 12.3% as Meadow does not",
        "A list item about memory use halved",
    ]


def test_a_marker_before_what_it_supports_waits_for_the_end_of_its_sentence() -> None:
    parser = CitationParser({G: GLACIER, M: MEADOW}, locate)

    assert parser.feed(f"According to [{G}], the memory use halves") == "According to"
    assert parser.feed(". And ") == " [1], the memory use halves. And"
    assert parser.cited == (MEMORY,)


@pytest.mark.parametrize(
    "marked",
    [
        f"[{G}]",
        f"[ {G} ]",
        f"【{G}】",
        f"［{G}］",
        f"【{G}†source】",
        f"[[{G}]]",
        f"`[{G}]`",
        f"**[{G}]**",
        f"([{G}])",
        f"\\[{G}\\]",
        f"[key: {G}]",
        f"[paper {G}]",
        f"[s{G}]",
        f"[P{G}]",
        f"[{G}: Glacier raises recall]",
        f"[^{G}]",
        f"[{G}][{G}]",
        f"[{G}], [{G}]",
        f"[{G}, {G}]",
        f"[{G}](https://example.org/{G})",
        f"[{G}][p9999]",
        f"[{G}, p9999; 7]",
        f"(Source: {G})",
        f"(see {G} and {G})",
        f"<{G}>",
        f"^[{G}]",
        f'[key="{G}"]',
        f"[paper_key={G}]",
    ],
)
def test_every_form_of_marker_is_read(marked: str) -> None:
    assert _text(f"Glacier raises recall by 12.3% {marked}. Next.") == "Glacier raises recall by 12.3% [1]. Next."


@pytest.mark.parametrize("marked", [f"[{G}, {M}]", f"[{G}][{M}]", f"[{G}] [{M}]", f"[{G}], [{M}]", f"[{G}; {M}]"])
def test_lists_and_neighbours_are_shown_side_by_side(marked: str) -> None:
    assert _text(f"Glacier raises recall by 12.3% {marked}.") == "Glacier raises recall by 12.3% [1][2]."


def test_a_range_of_keys_stands_for_all_of_them() -> None:
    parser = CitationParser({"1": GLACIER, "2": GLACIER, "3": MEADOW}, locate)
    parser.feed("Glacier raises recall by 12.3%, Meadow answers in 4 ms [1-3]. And [p3000-p4000] so.")
    parser.finish()

    assert parser.text == "Glacier raises recall by 12.3%, Meadow answers in 4 ms [1][2]. And so."
    assert parser.unknown_keys == ["p3000", "p4000"]


def test_a_number_between_round_brackets_is_none() -> None:
    assert _text("It has (1) a cache and (3) an index.") == "It has (1) a cache and (3) an index."


def test_a_marker_after_the_full_stop_goes_before_it() -> None:
    assert _text(f"It raises recall by 12.3%. [{G}] Next.") == "It raises recall by 12.3% [1]. Next."
    assert _text(f"It raises recall by 12.3%.[{G}]") == "It raises recall by 12.3% [1]."
    assert _text(f"It raises recall by 12.3%. [{G}].") == "It raises recall by 12.3% [1]."
    assert _text(f"Who raises recall by 12.3%? [{G}]\nNext") == "Who raises recall by 12.3% [1]?\nNext"


def test_a_marker_after_an_abbreviation_stays() -> None:
    sentence = f"Recall is raised by 12.3% in Frost et al. [{G}] and elsewhere."

    assert _text(sentence) == "Recall is raised by 12.3% in Frost et al. [1] and elsewhere."


def test_chinese_text_gets_no_blank_before_the_marker() -> None:
    assert _text(f"召回率提高了。[{G}]下一句。") == "召回率提高了[1]。下一句。"


@pytest.mark.parametrize(
    "made_up", ["[p9999]", "[P12]", "[7]", "[5, 2]", "[5][4]", "[^4]", "【2】", "[ref. 5]", "[p4711-p4714]"]
)
def test_an_invented_key_is_taken_out_and_reported(made_up: str) -> None:
    parser = _parse(f"Recall rises {made_up}. And memory {made_up}, too")

    assert parser.text == "Recall rises. And memory, too"
    assert parser.cited == ()
    assert len(parser.unknown_keys) == 2 * len(re.findall(r"\d+", made_up))


def test_an_invented_key_after_a_full_stop_leaves_no_gap() -> None:
    assert _text("Recall rises. [p9999] Next.") == "Recall rises. Next."
    assert _text("Recall rises. [p9999].") == "Recall rises."
    assert _text("[p9999] Recall rises.") == "Recall rises."


@pytest.mark.parametrize(
    "prose",
    [
        "they say [sic] so",
        "a value of [0,1] or [0, 1] or [-1, 1] or [0.5, 2]",
        "scores in [1, 10] are given",
        "the [MASK] token, [x], [ ] and [see the appendix]",
        "x_{i} = (a, b) and f(x) = y",
        "one < two, p<0.05 and 2 > 1",
        "[unclosed and [nested [sic] brackets] here]",
        "a `code` span, *stress* and **bold** text!",
        "wait... what?! (yes.) \\ and so on",
    ],
)
def test_ordinary_prose_is_left_alone(prose: str) -> None:
    parser = _parse(prose)

    assert parser.text == prose
    assert parser.unknown_keys == []


def test_a_bracketed_year_cannot_pass_for_a_marker() -> None:
    assert _text("Frost [2024] found it") == "Frost (2024) found it"


def test_a_number_that_remains_between_brackets_cannot_pass_for_a_marker() -> None:
    assert not re.search(r"\[\d+\]", _text("Recall [[p9999]7] rises"))


@pytest.mark.parametrize("name", ["think", "thinking", "THINK"])
def test_thinking_blocks_are_removed(name: str) -> None:
    assert _text(f"<{name}>\nHm [{G}] <b>?</b>\n</{name}>\n\nThe answer.") == "The answer."


def test_a_thinking_block_that_does_not_end_is_dropped() -> None:
    assert _text("Yes. <think>or no") == "Yes."


def test_a_thinking_block_that_was_not_opened_is_noticed() -> None:
    parser = _parse("Hm.</think>The answer.")

    assert parser.may_show_reasoning
    assert parser.text == "Hm.The answer."


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("a <b>bold</b> word<br/>here", "a bold wordhere"),
        ("x <img src=\"https://example.org/x.png\" onerror='alert(1)'> y", "x  y"),
        ("x<!-- hidden --> y", "x y"),
        ("x <script>alert(1)</script> y", "x alert(1) y"),
        ("see [the page](https://example.org/a_(b) 'title') there", "see the page there"),
        ("see ![a picture](https://example.org/x.png) there", "see a picture there"),
        ("see [x](javascript:alert(1)) there", "see x there"),
        ("see <https://example.org> there", "see https://example.org there"),
        ("done<|im_end|>", "done"),
    ],
)
def test_html_links_and_images_are_reduced_to_text(written: str, shown: str) -> None:
    assert _text(written) == shown


@pytest.mark.parametrize(
    "hostile",
    [
        "<<b>script>alert(1)<</b>/script>",
        "<img\nsrc=x onerror=alert(1)>",
        "<img src=x onerror=alert(1)",
        '<a title=">" href=x>',
        "<scr<think></think>ipt>",
        "<!DOCTYPE html><?php ?>",
        "[![alt](https://example.org/x)](https://example.org)",
        "[a](https://example.org/x y)",
        "[a] (https://example.org)\n[a]: https://example.org\n> [b]: /x\n1. [c]: /y",
        f"[{G}]: https://example.org\n[7]: https://example.org",
        f"[{G}](https://example.org",
        "[<b>7</b>] [<i></i>7] \ue000 [\ue000](x)",
    ],
)
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_nothing_that_is_left_is_a_tag_a_link_a_definition_or_a_false_marker(hostile: str, size: int) -> None:
    parser = _parse(hostile, size)

    assert not re.search(r"<[A-Za-z/!?]", parser.text)
    assert "](" not in parser.text
    assert not re.search(r"(?m)^(?:[\s>*+\-]|\d+[.)])*\[[^\]]*\]:", parser.text)
    assert all(int(number) <= len(parser.cited) for number in re.findall(r"\[(\d+)\]", parser.text))
    assert "\ue000" not in parser.text


def test_half_a_marker_is_never_shown() -> None:
    text = f"Glacier raises recall by 12.3% [{G}]. Meadow answers in 4 ms【{M}, p9999】 and <b>so</b> on."
    parser = CitationParser({G: GLACIER, M: MEADOW}, locate)
    shown = ""
    for char in text:
        shown += parser.feed(char)
        assert not re.search(r"\[(?!\d+\])|【|p\d|<", shown)
    assert shown + parser.finish() == "Glacier raises recall by 12.3% [1]. Meadow answers in 4 ms [2] and so on."


@pytest.mark.parametrize("end", [f" [{G}", " [", f" [{G}, 3", " <im", " [x](https://exa", " <think>so"])
def test_a_text_that_was_cut_ends_before_what_is_unfinished(end: str) -> None:
    assert _parse(f"Recall rises.{end}", cut=True).text == "Recall rises."


def test_a_bracket_that_the_model_left_open_at_the_end_is_closed() -> None:
    assert _text(f"Glacier raises recall by 12.3% [{G}") == "Glacier raises recall by 12.3% [1]"


def test_an_empty_stream_gives_an_empty_text() -> None:
    assert _parse("").text == ""


def test_blank_text_around_the_answer_is_dropped() -> None:
    assert _text("\n\n  Yes.\n\n") == "Yes."


_SNIPPETS = [
    *(
        f"[{G}]",
        f"[{M}]",
        f"[{G}, {M}]",
        "[p9999]",
        "[7]",
        "[sic]",
        "[0,1]",
        "[2024]",
        f"【{G}】",
        f"`[{M}]`",
        f"[[{G}]]",
    ),
    *("[", "]", "(", ")", "<", ">", "`", "*", "!", "\\", ".", ". ", ", ", " ", "\n", "...", "p", f"{G}", f"({M})", ":"),
    *("<b>", "</b>", "<!-- x -->", "<think>", "</think>", "[x](https://y.z)", "![x](y)", "](", "]:", "https://y.z"),
    *("Glacier raises recall", " by 12.3%", " et al. ", "召回率。", " Next one", "1. ", "- ", "<|im_end|>", "\ue000"),
]


@pytest.mark.parametrize("seed", range(150))
def test_the_cut_into_chunks_makes_no_difference_and_no_mix_of_input_gets_through(seed: int) -> None:
    rng = random.Random(seed)
    text = "".join(rng.choice(_SNIPPETS) for _ in range(rng.randint(1, 25)))
    whole = _parse(text, 10_000)

    for size in (1, 2, 5):
        parser = _parse(text, size)
        assert (parser.text, parser.cited, parser.unknown_keys) == (whole.text, whole.cited, whole.unknown_keys), text
    assert not re.search(r"<[A-Za-z/!?]", whole.text), text
    assert "](" not in whole.text, text
    numbers = [int(number) for number in re.findall(r"\[(\d+)\]", whole.text)]
    assert list(dict.fromkeys(numbers)) == list(range(1, len(whole.cited) + 1)), text


AUTHORED = dataclasses.replace(GLACIER, authors=("Ada Frost", "Lee, Bo"))


@pytest.mark.parametrize("size", [1, 4, 1000])
@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("It raises recall by 12.3% (Frost et al., 2025).", "It raises recall by 12.3% [1]."),
        ("It raises recall by 12.3% (see Frost and Lee 2025).", "It raises recall by 12.3% [1]."),
        ("It raises recall by 12.3% [Frost & Lee, 2025a].", "It raises recall by 12.3% [1]."),
        ("It raises recall by 12.3% (Glacier, 2025).", "It raises recall by 12.3% [1]."),
        ("Frost et al. (2025) raise recall by 12.3%.", "Frost et al. (2025) [1] raise recall by 12.3%."),
        ("It raises recall by 12.3% (Frost et al., 2024).", "It raises recall by 12.3% (Frost et al., 2024)."),
        ("It raises recall by 12.3% (Snow, 2025).", "It raises recall by 12.3% (Snow, 2025)."),
        (
            "It raises recall by 12.3% (Frost, 2025; Snow, 2025).",
            "It raises recall by 12.3% (Frost, 2025; Snow, 2025).",
        ),
        ("It raises recall by 12.3% (in 2025).", "It raises recall by 12.3% (in 2025)."),
        ("It raises recall (2025) by 12.3% (frost", "It raises recall (2025) by 12.3% (frost"),
    ],
)
def test_author_and_year_are_a_key_where_they_can_mean_one_paper_only(said: str, shown: str, size: int) -> None:
    parser = CitationParser({G: AUTHORED, M: MEADOW}, locate)
    pieces = [parser.feed(said[start : start + size]) for start in range(0, len(said), size)]

    assert "".join([*pieces, parser.finish()]) == parser.text == shown


def test_author_and_year_of_two_papers_are_left_as_they_are() -> None:
    twin = dataclasses.replace(MEADOW, authors=("Cy Frost",), published=GLACIER.published)
    parser = CitationParser({G: AUTHORED, M: twin}, locate)
    parser.feed("Recall rises (Frost et al., 2025).")
    parser.finish()

    assert parser.text == "Recall rises (Frost et al., 2025)."
