from __future__ import annotations

import pytest

from ui.page.kept import Conversation
from ui.page.talks import ForgottenError, Talks
from ui.page.turns import Turn


def test_a_page_is_known_by_its_session_and_what_it_shows() -> None:
    talks, talk = Talks(), Conversation().with_turns((Turn("Why?"),))
    talks.keep("one", talk)

    assert talks.of("one", talk.conversation_id) == talk
    assert talks.of("one", "") == Conversation()
    for session, shown in (("other", talk.conversation_id), ("one", "0" * 32)):
        with pytest.raises(ForgottenError):
            talks.of(session, shown)
    talks.forget("one")
    talks.forget("one")
    with pytest.raises(ForgottenError):
        talks.of("one", talk.conversation_id)
