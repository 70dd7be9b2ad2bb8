"""What kind of message it is: small talk, a question of its own, or one that needs what was said before."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from rag.answering.instructions import without_instructions
from rag.text.mentions import FIELD, find_mentions
from rag.text.terms import STOP_WORDS, words
from rag.types import Answer

__all__ = ["Turn", "is_farewell", "is_small_talk", "read_turn"]


@dataclasses.dataclass(frozen=True)
class Turn:
    """A message, made understandable without the conversation."""

    asked: str
    """What is searched and answered: the message itself, or with the titles it points back to in front."""
    message: str
    """What has to be in the papers for an answer: the message, or the earlier one it asks to repeat."""
    sentences: int | None = None
    """Sentences wanted at most; None: as many as it takes."""
    spoken_of: tuple[str, ...] = ()
    """Titles of the papers that it points back to."""


_SMALL_TALK = re.compile(
    r"\b(?:hi|hello|hey|hallo|good (?:morning|afternoon|evening|night|day)|morning|evening|thank you|thanks?|thx|"
    r"cheers|bye|goodbye|see you|ok(?:ay)?|great|perfect|nice(?: one)?|cool|awesome|well done|got it|ha(?:ha)*|lol|"
    r"how are you|how do you do|who are you|what (?:can|do) you do|help|sorry|yes|no|that helps|you too|"
    r"sle(?:ep|pt) well)\b",
    re.IGNORECASE,
)
_FILLING = re.compile(
    r"\b(?:please|there|everyone|all|again|for now|so much|very much|a lot|and|then|one|me)\b", re.IGNORECASE
)
"""Words that small talk may hold beside its own."""
_COURTESY = re.compile(rf"^\W*(?:{_SMALL_TALK.pattern}\W*[,.!;:]\s*)+(?=\w)", re.IGNORECASE)
"""Thanks and the like in front of what a message asks."""
_FAREWELL = re.compile(
    r"\b(?:thanks?|thank you|thx|cheers|bye|goodbye|see you|ok(?:ay)?|great|perfect|nice|cool|awesome|well done|"
    r"got it)\b",
    re.IGNORECASE,
)
_POINTING = re.compile(
    r"\b(?:it|its|they|them|their|theirs|this|those|these|(?<!is )(?<!are )(?<!was )(?<!were )there|he|she|"
    r"both(?! [\w-]+ and\b)|which one|the (?:paper|authors?|method|model|system|first|second|third|latter|former|other|"
    r"last|two)(?: (?:one|paper|two))?)\b"
    r"|(?:^\W*|\b(?:about|of|with|for|on|in|to|by|than|from|like|do|does|did|is|was|can|and|but|compare|contrast)\s+)that\b"
    r"|\bthat(?=\W*$|[?.!,]| (?:one|paper|model|method|system|work)\b)",
    re.IGNORECASE,
)
_EXPLETIVE = re.compile(
    r"\b(?:is|was) it (?:possible|true|better|best|worth|necessary|common|known|safe|enough|useful|important)\b"
    r"|\b(?:does|do|did|would) it (?:help|matter|make sense|pay)(?= (?:to|if|whether|when)\b)|\bit takes?\b"
    r"|\b(?:does|did) it take\b(?= to\b)",
    re.IGNORECASE,
)
""""It" that stands for nothing before."""
_CONTINUING = re.compile(
    r"^\s*(?:and|but|so|also|then|how about|what about|what of)\b|^\s*(?:why(?: not| so)?|how so)\W*$", re.IGNORECASE
)
_NEW_THING = re.compile(
    r"\b(?:something|anything|another|the one|one|papers?|work|a method|a model)\s*,?\s+"
    r"(?:(?:newer|older|else|similar|more recent)\s*,?\s+)?(?:that|which|who|on|about|for|with|to)\b"
    r"|\b(?:something|anything) (?:\w+ )?(?:different|else)\s*[:,]"
    r"|\b(?:another|new|different) (?:topic|question|subject)\b",
    re.IGNORECASE,
)
_COMPARING = re.compile(r"\b(?:differ\w*|compar\w*|versus|vs|against|than|better|worse|faster|also)\b", re.IGNORECASE)
_SEVERAL = re.compile(r"\b(?:both|the two|these two|either|of them)\b", re.IGNORECASE)
_ALONE = r"(?=\W*$|\W+(?:one|paper|method|model|system|work|is|was|does|did|has|use|and|or)\b|[,.?!])"
_ORDINALS = (
    (0, re.compile(rf"\b(?:first{_ALONE}|former\b)", re.IGNORECASE)),
    (1, re.compile(rf"\bsecond{_ALONE}", re.IGNORECASE)),
    (2, re.compile(rf"\bthird{_ALONE}", re.IGNORECASE)),
    (-1, re.compile(r"\b(?:latter|last one)\b", re.IGNORECASE)),
)
_SHORTER = re.compile(
    r"\W*(?:(?:a bit |much |even )?(?:shorter|briefer)|(?:more )?brief(?:ly)?|in short|tl;?dr|(?:say|put) (?:it|that) "
    r"(?:shorter|in (?:one|a) sentence)|in (?:one|a) sentence|"
    r"(?:(?:can|could) you )?(?:show|give|quote|cite)(?: me)? the (?:exact |original |very )?"
    r"(?:sentence|quote|wording|passage)(?: (?:for|behind) (?:that|it|this))?)(?: version)?(?:,? please)?\W*",
    re.IGNORECASE,
)
_SENTENCES = re.compile(
    r"\bin (?:just |only |about )?(one|a|single|two|three|four|[1-9]) (?:short )?sentences?\b", re.IGNORECASE
)
_STANDING_ALONE = re.compile(
    r"^\W*what (?:is|are) (?!the\b|its\b|their\b)\w+ \w+|\bhow many papers\b"
    r"|\b(?:newest|latest|most recent|oldest|earliest) papers?\b"
    r"|\b(?:which|what|all|any)\s+(?:\w+\s+)?(?:papers|abstracts|studies)\b",
    re.IGNORECASE,
)
"""Asks what something is, or of the collection as a whole: needs nothing before it, short as it may be."""
_COUNTS = {"one": 1, "a": 1, "single": 1, "two": 2, "three": 3, "four": 4}
_SHORT_WORDS = 4
"""A message with so few words of content leans on what was said before it."""


def is_farewell(message: str) -> bool:
    """Whether small talk ends or acknowledges something rather than begins."""
    return bool(_FAREWELL.search(message))


def is_small_talk(message: str) -> bool:
    """Whether the message holds nothing but greetings, thanks and the like."""
    rest, found = _SMALL_TALK.subn(" ", message)
    return bool(found) and not any(character.isalnum() for character in _FILLING.sub(" ", rest))


def read_turn(message: str, history: Sequence[Answer]) -> Turn:
    """What is asked, by rules.

    A message that points back ("its memory?", "and when?", "the second one") gets the titles of the papers it points
    to in front of it; "shorter" repeats the question before it; thanks and the like in front of a question are left
    out; everything else stays as it is.

    Args:
        message: the newest message.
        history: answers given so far, oldest first.
    """
    if _SHORTER.fullmatch(message) and (repeated := _last_question(history)):
        return dataclasses.replace(repeated, sentences=1)
    message = _COURTESY.sub("", message)
    wanted = _SENTENCES.search(message)
    sentences = (_COUNTS.get(wanted[1].lower()) or int(wanted[1])) if wanted else None
    titles = _pointed_to(message, history)
    return Turn(f"{'; '.join(titles)}: {message}" if titles else message, message, sentences, tuple(titles))


def _last_question(history: Sequence[Answer]) -> Turn | None:
    """The last message that asked something, read as it was then; None when none did."""
    for place in reversed(range(len(history))):
        question = without_instructions(history[place].question)
        if question and not _SHORTER.fullmatch(question) and not is_small_talk(question):
            return read_turn(question, history[:place])
    return None


def _pointed_to(message: str, history: Sequence[Answer]) -> list[str]:
    """Titles of the papers that the message leans on; none when it stands alone."""
    spoken_of = [titles for answer in history if (titles := _titles(answer))]
    if not spoken_of or _NEW_THING.search(message) or not _leans_back(message):
        return []
    if _names_its_subject(message):
        return []
    latest = spoken_of[-1]
    of_several = next((titles for titles in reversed(spoken_of) if len(titles) > 1), latest)
    if _SEVERAL.search(message) and len(latest) < 2:
        last_two = list(dict.fromkeys(title for titles in spoken_of[-2:] for title in titles))
        return last_two if len(last_two) > 1 else of_several
    for place, pattern in _ORDINALS:
        if len(of_several) > max(1, place) and pattern.search(message):
            return [of_several[place]]
    return latest


def _names_its_subject(message: str) -> bool:
    """Whether the message names what it is about, rather than what it compares that with ("does it use LoRA")."""
    names = [mention for mention in find_mentions(message) if mention.key not in FIELD]
    pointing = _POINTING.search(_EXPLETIVE.sub(_blank, message))
    if not names or pointing is None:
        return bool(names)
    return names[0].start < pointing.start() and not _COMPARING.search(message)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _titles(answer: Answer) -> list[str]:
    return list(dict.fromkeys(citation.title for citation in answer.citations))


def _leans_back(message: str) -> bool:
    content = [word for word in words(message) if word not in STOP_WORDS]
    pointing = _POINTING.search(_EXPLETIVE.sub(_blank, message)) or _CONTINUING.search(message)
    return bool(pointing) or (len(content) < _SHORT_WORDS and not _STANDING_ALONE.search(message))
