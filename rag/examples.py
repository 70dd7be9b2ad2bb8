"""An earlier answer that was checked, shown to a model as a worked example for a question that is nearly the same."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from rag.answering.writer import Example
from rag.checking import check, checker_for
from rag.index import Collection
from rag.remembered import Lesson, Remembered
from rag.settings import Settings
from rag.types import Answer, Draft, Verdict

__all__ = ["NEAR", "Examples"]

NEAR = 0.75
"""Cosine of two questions from which on they are taken for nearly the same. Of all 66,795 pairs of 366 questions over
the seed collection 9 reach it, 7 of them about the same papers; 21 reach 0.70 (14), 56 reach 0.65 (28)."""


class Examples:
    """The earlier answers of one collection."""

    def __init__(self, settings: Settings, collection: Collection, remembered: Remembered) -> None:
        self._on = settings.examples and remembered.on
        self._collection = collection
        self._remembered = remembered
        self._checker = checker_for(settings.home)

    def near(self, question: str) -> Example | None:
        """The kept answer whose question is nearest, where one is near enough and still holds; None: there is none.

        It holds when every sentence that it cites stands in its paper as it did, and the check made anew finds every
        sentence borne out. An answer of a paper that was removed or changed is never taken.
        """
        if not self._on:
            return None
        vector = self._vector(question)
        lessons = [lesson for lesson in self._remembered.lessons() if len(lesson.vector) == vector.nbytes]
        if not lessons:
            return None
        cosines = np.stack([np.frombuffer(lesson.vector, np.float32) for lesson in lessons]) @ vector
        for place in np.argsort(-cosines):
            if cosines[place] < NEAR:
                return None
            example = self._holding(lessons[place], float(cosines[place]))
            if example is not None:
                return example
        return None

    def lesson(self, question: str, answer: Answer, draft: Draft) -> Lesson | None:
        """What to keep of an answer so that it can be an example; None for one that is not checked through."""
        sound = answer.claims and answer.citations and not (answer.refused or draft.unknown_keys or draft.notes)
        if not (self._on and sound and all(claim.verdict is Verdict.SUPPORTED for claim in answer.claims)):
            return None
        return Lesson(question, self._vector(question).tobytes(), draft)

    def _holding(self, lesson: Lesson, similarity: float) -> Example | None:
        cited = lesson.draft.cited
        papers = self._collection.get_many(list(dict.fromkeys(passage.paper_id for passage in cited)))
        there = all(
            passage.paper_id in papers and papers[passage.paper_id].text[passage.start : passage.end] == passage.text
            for passage in cited
        )
        claims = check(lesson.draft.text, cited, papers, self._checker)[0] if there else ()
        if not claims or any(claim.verdict is not Verdict.SUPPORTED for claim in claims):
            return None
        titles = {paper_id: paper.title for paper_id, paper in papers.items()}
        return Example(lesson.question, lesson.draft.text, cited, titles, round(similarity, 4))

    def _vector(self, question: str) -> npt.NDArray[np.float32]:
        """Of unit length, shape (dimension,)."""
        return np.ascontiguousarray(self._collection.embedder.embed([question])[0], dtype=np.float32)
