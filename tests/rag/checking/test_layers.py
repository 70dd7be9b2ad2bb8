"""Rules and a model together, with the real clients against servers on loopback."""

from __future__ import annotations

import pytest

from rag import Assistant, Settings, read_draft
from rag.checking import Checked, Examiner, absent
from rag.errors import SettingsError
from tests.checkers import built_in
from tests.papers import CACHE, SPARSE
from tests.replies import Reply
from tests.servers import OllamaServer, OpenAIServer, closed_port_url

TRUE = "Firefly answers 3.4 times faster than a plain index."
OTHER_WORDS = "Firefly makes helpdesk bots reply sooner."
WRONG_FIGURE = "Firefly answers 4.3 times faster than a plain index."
WRONG_NAME = "QuickNap answers 3.4 times faster than a plain index."


def _checked(small: Assistant, claim: str, says: str) -> Checked:
    """The claim, cited to the paper on Firefly, as the rules and a judge that says this find it."""
    with OllamaServer(["judge"]) as server:
        server.script("/api/chat", Reply([says]))
        settings = small.settings.model_copy(update={"ollama_host": server.url, "retries": 0})
        with Assistant.open(settings=settings) as assistant:
            (checked,) = assistant.verify(claim, [CACHE.title], judge="ollama/judge")
    return checked


@pytest.mark.parametrize(
    ("claim", "says", "rules", "judge", "verdict"),
    [
        (TRUE, "yes", "supported", "supported", "supported"),
        (TRUE, "no", "supported", "unsupported", "unsupported"),
        (OTHER_WORDS, "yes", "unsupported", "supported", "supported"),
        (OTHER_WORDS, "no", "unsupported", "unsupported", "unsupported"),
        (WRONG_FIGURE, "yes", "unsupported", "supported", "unsupported"),
        (WRONG_NAME, "yes", "unsupported", "supported", "unsupported"),
    ],
)
def test_the_judge_decides_unless_a_figure_or_a_name_is_not_there(
    small: Assistant, claim: str, says: str, rules: str, judge: str, verdict: str
) -> None:
    checked = _checked(small, claim, says)
    layers = checked.layers_json()

    assert (layers["checker"]["verdict"], layers["judge"]["verdict"]) == (rules, judge)
    assert (checked.verdict, checked.status) == (verdict, verdict)
    assert bool(checked.problems) == (verdict != "supported")
    assert layers["judge"] == {"name": "ollama/judge", "verdict": judge, "error": None}
    assert 0 <= checked.score <= 1


def test_where_the_judge_fails_the_rules_stand_and_it_is_said(small: Assistant) -> None:
    checked = _checked(small, TRUE, "perhaps")

    assert checked.verdict == "supported"
    assert checked.layers_json()["judge"]["verdict"] is None
    assert "no verdict" in (checked.judge_error or "")


def test_a_judge_that_is_not_there_is_asked_once_and_said_once(small: Assistant) -> None:
    settings = small.settings.model_copy(
        update={"ollama_host": closed_port_url(), "retries": 0, "judge": "ollama/judge"}
    )
    with Assistant.open(settings=settings) as assistant:
        checked = assistant.verify_draft(read_draft(f"{TRUE} {WRONG_FIGURE}"))

    assert [one.status for one in checked.sentences] == ["supported", "unsupported"]
    assert all(one.judge_error for one in checked.sentences)
    assert len([note for note in checked.notes if "the judge failed on 2 sentences" in note]) == 1
    assert checked.judge == "ollama/judge"


def test_a_judge_that_is_not_there_any_more_is_not_asked_again() -> None:
    with OpenAIServer(models=["judge"]) as server:
        server.script("/v1/chat/completions", Reply(status=503, body="{}"))
        settings = Settings(openai_base_url=server.url, openai_api_key="k", retries=0)
        from rag.checking.model_judge import ModelJudge

        examiner = Examiner(built_in(), ModelJudge("openai/judge", settings))
        found = [examiner.examine(TRUE, [CACHE]) for _ in range(3)]

        assert len([path for path in server.paths() if path.endswith("/completions")]) == 1
    assert all(one.layers[1].error for one in found)


def test_a_model_is_asked_once_about_an_uncited_sentence_and_once_about_a_suggestion(small: Assistant) -> None:
    with OllamaServer(["judge"]) as server:
        server.script("/api/chat", Reply(["no"]), Reply(["yes"]))
        settings = small.settings.model_copy(update={"ollama_host": server.url, "retries": 0, "judge": "ollama/judge"})
        with Assistant.open(settings=settings) as assistant:
            (uncited,) = assistant.verify("Answers come 3.4 times faster than those of a plain index.")
            (named,) = assistant.verify("Glasswing answers 3.4 times faster than a plain index.")
        asked = server.paths().count("/api/chat")

    assert (uncited.status, uncited.verdict) == ("uncited", "unsupported")
    assert named.suggestion is not None
    assert asked <= 3


def test_a_setting_names_the_judge_and_none_turns_it_off(small: Assistant) -> None:
    settings = small.settings.model_copy(update={"judge": "ollama/judge", "ollama_host": closed_port_url()})
    with Assistant.open(settings=settings) as assistant:
        assert "judge" not in assistant.verify(TRUE, [CACHE.title], judge="none")[0].layers_json()


@pytest.mark.parametrize("name", ["bespoke-minicheck", "extractive", ""])
def test_a_judge_that_is_no_model_is_a_mistake(small: Assistant, name: str) -> None:
    with pytest.raises(SettingsError):
        small.verify(TRUE, [CACHE.title], judge=name)


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        (TRUE, []),
        (WRONG_FIGURE, ["4.3"]),
        (WRONG_NAME, ["QuickNap"]),
        (OTHER_WORDS, []),
        ("Firefly was made in 2031 by 14 people.", ["14", "2031"]),
    ],
)
def test_what_is_absent_is_a_figure_or_a_name(claim: str, said: list[str]) -> None:
    problems = absent(claim, [CACHE])

    assert len(problems) == len(said)
    assert all(any(word in problem for problem in problems) for word in said)
    assert absent(claim, []) == ()
    assert absent("It reaches 81.5% and answers 3.4 times faster.", [CACHE, SPARSE]) == ()
