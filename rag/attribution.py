"""Finding the source of what a model wrote without saying where it has it from."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence

from rag.checking import Checker, check
from rag.text.claims import claim_places
from rag.types import Draft, Paper, Passage, Verdict

__all__ = ["attributed"]

_RANK = {Verdict.SUPPORTED: 2, Verdict.PARTIAL: 1, Verdict.UNSUPPORTED: 0}
_MARKER = re.compile(r"\[(\d+)\]")
_ENDING = re.compile(r"[ \t]*[.!?。！？…]*[\"”’»')*_]*$")


def attributed(draft: Draft, papers: Sequence[Paper], checker: Checker) -> Draft:
    """The draft with a marker behind each sentence that has none and that a paper bears out, and a note that says so.

    Small models drop the keys that they are given. What no paper bears out stays as it is: without a
    source, and to be marked so.

    Args:
        draft: as a model left it.
        papers: those that the model was shown sentences of, best first; of equals the first is taken.
        checker: says what bears a sentence out.
    """
    by_id = {paper.paper_id: paper for paper in papers}
    if draft.refused or any(passage.paper_id not in by_id for passage in draft.cited):
        return draft
    claims, _ = check(draft.text, draft.cited, by_id, checker)
    bare = [claim for claim in claims if not claim.markers]
    if not bare:
        return draft
    cited, text = list(draft.cited), draft.text
    found = 0
    known = range(1, len(draft.cited) + 1)
    for _, end, claim in reversed(list(claim_places(draft.text, claims, known))):
        source = _source(claim.text, papers, checker) if not claim.markers else None
        if source is None:
            continue
        found += 1
        if source not in cited:
            cited.append(source)
        ending = _ENDING.search(text, 0, end)
        place = ending.start() if ending else end
        text = f"{text[:place]} [{cited.index(source) + 1}]{text[place:]}"
    if not found:
        return draft
    note = (
        f"The model named no source for {found} of {len(claims)} sentence{'s' if len(claims) > 1 else ''}; what bears "
        f"{'them' if found > 1 else 'it'} out was looked for in the papers afterwards."
    )
    return _in_order(dataclasses.replace(draft, text=text, notes=(*draft.notes, note)), cited)


def _source(sentence: str, papers: Sequence[Paper], checker: Checker) -> Passage | None:
    """The sentence that bears ``sentence`` out best; None where no paper does."""
    judged = checker.judge_each([(sentence, [paper]) for paper in papers])
    best = max(judged, key=lambda one: (_RANK[one.verdict], one.score), default=None)
    return best.evidence[0] if best and best.evidence and best.verdict is Verdict.SUPPORTED else None


def _in_order(draft: Draft, cited: Sequence[Passage]) -> Draft:
    """The draft with its markers counted from 1 by first use."""
    order: Mapping[str, None] = dict.fromkeys(_MARKER.findall(draft.text))
    used = [number for number in order if 0 < int(number) <= len(cited)]
    places = {number: place for place, number in enumerate(used, start=1)}
    text = _MARKER.sub(lambda marker: f"[{places[marker[1]]}]" if marker[1] in places else marker[0], draft.text)
    return dataclasses.replace(draft, text=text, cited=tuple(cited[int(number) - 1] for number in used))
