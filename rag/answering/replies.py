"""What is said to messages that ask the papers nothing: greetings, thanks, complaints, orders, noise."""

from __future__ import annotations

from collections.abc import Sequence

from rag.text.naming import own_names
from rag.types import Paper
from rag.understanding.query import Flag, Query

__all__ = ["ability", "reply"]

GREETING = (
    "Hello! I answer questions about the papers of this collection and show the sentence each part of an answer "
    "rests on. Ask about a paper, a method or a result."
)
THANKS = "You're welcome. Ask again whenever you have a question about the papers."
COMPLAINT = (
    "I am sorry about that. Say what was wrong or which paper you mean, or ask in other words, and I search again; "
    "each citation opens the sentence that an answer rests on."
)
OUTSIDE = (
    "I can only answer from the papers of this collection: ask me about one of them, a subject, or how two differ."
)
ORDERS = (
    "I only answer questions about the papers of this collection, from what they say. I do not take orders that change "
    "that, and I have nothing else to show."
)
NOISE = "I could not read a question in that. Ask me about a paper of this collection, a subject, or how two differ."
_SAID = {
    Flag.INJECTION: ORDERS,
    Flag.GARBAGE: NOISE,
    Flag.COMPLAINT: COMPLAINT,
    Flag.THANKS: THANKS,
    Flag.FAREWELL: THANKS,
    Flag.OFF_TOPIC: OUTSIDE,
    Flag.GREETING: GREETING,
}
"""By what a message is, the most telling first."""


def reply(query: Query, papers: Sequence[Paper]) -> str:
    """One or two friendly sentences; asked what it can do, with examples from this collection.

    Args:
        query: a message of the kind ``chat``.
        papers: some of the collection, to make examples of; may be empty.
    """
    if Flag.HELP in query:
        return ability(papers)
    return next((text for flag, text in _SAID.items() if flag in query), OUTSIDE)


def ability(papers: Sequence[Paper]) -> str:
    """What can be asked, with examples made from these papers."""
    names = [name for paper in papers if (own := own_names(paper)) for name in own[:1]][:2]
    first = f"what does {names[0]} do" if names else "what a paper found, in your own words"
    asked = [f"about one paper (“{first}?”)", "for all papers of a subject", "who wrote what, when and where"]
    if len(names) > 1:
        asked.insert(1, f"how two differ (“{names[0]} vs {names[1]}”)")
    return (
        f"I answer from the papers of this collection and cite the sentence behind each statement. Ask {asked[0]}, "
        f"{', '.join(asked[1:-1])}, or {asked[-1]}. On the other tabs you can set papers side by side and check the "
        "citations of a draft."
    )
