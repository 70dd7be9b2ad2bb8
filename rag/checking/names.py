"""Whether the names in a sentence stand in its sources."""

from __future__ import annotations

from collections.abc import Iterator

from rag.checking.reading import Profile, Reading
from rag.text.mentions import FIELD, Mention
from rag.text.terms import stem

__all__ = ["strange_names"]


def strange_names(claim: Reading, source: Profile) -> Iterator[str]:
    """Each name of ``claim``, written as only names are, that the source does not have in any spelling.

    Without this as many of 200 wide claims are judged rightly (0.715), but 0.647 instead of 0.670 of 224 over the seed
    papers; of 40 claims with such a name in all sets 38 are false.
    """
    for mention in claim.mentions:
        if mention.written and mention.key not in FIELD and not _named(mention, source):
            yield claim.text[mention.start : mention.end]


def _named(mention: Mention, source: Profile) -> bool:
    keys = (mention.key, mention.key + "s", mention.key.removesuffix("s"))
    if any(key in source.spellings for key in keys):
        return True
    parts = mention.parts[1:] if mention.opening and len(mention.parts) > 1 else mention.parts
    before = mention.parts[0] if parts != mention.parts else ""
    for part in parts:
        joined = before + part if part[0].isdigit() else part
        before = part
        known = joined in source.spellings or not part[0].isdigit() and stem(part) in source.stems
        if not known and not (part in FIELD and len(parts) > 1):
            return False
    return True
