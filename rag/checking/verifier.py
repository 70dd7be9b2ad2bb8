"""Checking drafts and claims against one collection: what of it is looked up, and who judges."""

from __future__ import annotations

from collections.abc import Sequence

from rag import index
from rag.checking.checked import Checked, CheckedDraft, Status
from rag.checking.claims import check_claim
from rag.checking.drafts import Progress, check_draft
from rag.checking.judge import checker_for
from rag.checking.layers import NO_JUDGE, Examiner
from rag.checking.model_judge import ModelJudge
from rag.checking.shelf import Find, Shelf
from rag.drafts import DraftText, read_draft
from rag.errors import QuestionError
from rag.settings import Settings

__all__ = ["Verifier"]


class Verifier:
    """Holds somebody else's text against the papers of a collection; safe to use from several threads."""

    def __init__(self, collection: index.Collection, settings: Settings, find: Find) -> None:
        """Looks nothing up yet.

        Args:
            collection: open for reading.
            settings: ``judge`` and the model servers are of interest.
            find: searches the collection.
        """
        self._settings = settings
        self._shelf = Shelf(collection, find)

    def sentences(self, text: str, judge: str | Examiner | None) -> list[Checked]:
        """The sentences of a text that claim something; see :meth:`draft`."""
        checked = self.draft(read_draft(text), judge, lambda done, of: None)
        return [one for one in checked.sentences if one.status is not Status.SKIPPED]

    def claim(self, claim: str, cites: Sequence[str], judge: str | Examiner | None) -> Checked:
        """One claim against the papers it cites by title, system name, id, arXiv id, DOI or address.

        Raises:
            QuestionError: the claim is empty.
            SettingsError: ``judge`` names no model.
        """
        if not any(map(str.isalnum, claim)):
            raise QuestionError("there is no text to check; give a sentence or a file")
        return check_claim(claim, cites, self._shelf, self.examiner(judge))

    def draft(self, draft: DraftText, judge: str | Examiner | None, progress: Progress) -> CheckedDraft:
        """Each sentence of a draft against the papers it cites, else those it names, else the nearest.

        Raises:
            SettingsError: ``judge`` names no model.
        """
        return check_draft(draft, self._shelf, self.examiner(judge), progress)

    def examiner(self, judge: str | Examiner | None) -> Examiner:
        """Who judges: the checker, and the model of that name; ``none``: no model; None: that of the settings.

        One that is given is given back, so that many claims share what it knows of a model that does not answer.

        Raises:
            SettingsError: ``judge`` names no model.
        """
        if isinstance(judge, Examiner):
            return judge
        name = self._settings.judge if judge is None else judge
        judged_by = None if name == NO_JUDGE else ModelJudge(name, self._settings)
        return Examiner(checker_for(self._settings.home), judged_by)
