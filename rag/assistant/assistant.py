"""The façade: open a collection; search it, ask it, chat with it. Alone here the rooms are wired together."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import functools
import threading
from collections.abc import AsyncIterator, Callable, Collection, Generator, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Self, cast

from rag import index
from rag.assistant.open_collection import OpenCollection
from rag.chat import Chat
from rag.checking import Checked, CheckedDraft, Examiner, Verifier
from rag.comparing import built_in, compare
from rag.drafts import DraftText
from rag.filters import PaperFilter
from rag.pipeline import Means, Pipeline
from rag.ranking import ranking_model
from rag.retrieval.closeness import measured
from rag.retrieval.relevance import relevance_of
from rag.retrieval.retrievers import RETRIEVERS, retriever_for
from rag.retrieval.search import Retriever
from rag.settings import Settings, load_settings
from rag.types import Answer, Hit
from rag.types.comparison import Comparison
from rag.understanding.message_reader import message_reader
from rag.understanding.readable import readable

if TYPE_CHECKING:
    from llama_index.core.llms import LLM
    from llama_index.core.postprocessor.types import BaseNodePostprocessor
    from llama_index.core.retrievers import BaseRetriever

    from rag.integrations.llama_index import PapersChatEngine, PapersQueryEngine

__all__ = ["Assistant", "Choice"]


@dataclasses.dataclass(frozen=True)
class Choice:
    """A model or retriever that can be chosen."""

    name: str
    available: bool
    note: str
    """What it is, or why it cannot be used and how to mend that."""


class Assistant(OpenCollection):
    """Answers questions about one collection; safe to use from several threads."""

    def __init__(
        self,
        collection: index.Collection,
        settings: Settings,
        *,
        retriever: BaseRetriever | None = None,
        postprocessors: Sequence[BaseNodePostprocessor] = (),
        llm: LLM | None = None,
    ) -> None:
        super().__init__(collection, settings, self._find_about)
        self._outside = (retriever, tuple(postprocessors))
        self._llm = llm
        self._reader = message_reader(settings)
        self._ranking = ranking_model(settings)
        self._verifier = Verifier(collection, settings, self._find_similar)

    @classmethod
    def open(
        cls,
        collection: str = "papers",
        settings: Settings | None = None,
        *,
        retriever: BaseRetriever | str | None = None,
        postprocessors: Sequence[BaseNodePostprocessor] = (),
        llm: LLM | None = None,
    ) -> Self:
        """Opens a collection for reading.

        Args:
            collection: its name.
            settings: None reads them from the environment and ``settings.toml``.
            retriever: the name of a built-in one, or one of LlamaIndex, whose nodes must carry ``paper_id`` in their
                metadata; None takes the one of the settings.
            postprocessors: of LlamaIndex, after the retriever.
            llm: of LlamaIndex, to write where no model is asked for by name.

        Raises:
            SettingsError: there is no retriever of that name.
            CollectionMissingError: nothing has been ingested under that name.
            CollectionMismatchError: it was made with another embedding model or an older schema.
            CollectionDamagedError: its indexes cannot be read.
        """
        settings = settings or load_settings()
        if isinstance(retriever, str):
            retriever_for(retriever)
            settings, retriever = settings.model_copy(update={"retriever": retriever}), None
        opened = index.Collection.open(settings, collection)
        return cls(opened, settings, retriever=retriever, postprocessors=postprocessors, llm=llm)

    def retrievers(self) -> list[Choice]:
        """The retrievers to choose from, the default first."""
        choices = [Choice(name, True, (find.__doc__ or "").splitlines()[0]) for name, find in RETRIEVERS.items()]
        return sorted(choices, key=lambda choice: choice.name != self.settings.retriever)

    def models(self, *, look: bool = False) -> list[Choice]:
        """The writers to choose from; asks the configured model servers, two seconds at most.

        ``look``: also the servers at ``settings.model_servers``.
        """
        from rag.models.offered import available_models, found_models

        return [
            Choice("auto", True, "The first configured model that answers, else extractive."),
            Choice("extractive", True, "No language model: the papers' own sentences, trimmed and cited."),
            *(Choice(*option) for option in (found_models if look else available_models)(self.settings)),
        ]

    def try_model(self, name: str) -> float:
        """Has a model write a word, and says how many seconds that took; errors as for :meth:`stream`."""
        from rag.models.offered import tried

        return tried(name, self.settings)

    def search(
        self,
        query: str,
        k: int = 10,
        *,
        retriever: str | None = None,
        filters: PaperFilter | None = None,
        not_ranked: Callable[[str], None] | None = None,
    ) -> list[Hit]:
        """The ``k`` best papers for a query, best first, each with its sentences ranked; as :meth:`stream` finds them.

        ``not_ranked`` is told in a sentence when the model that ``settings.rerank`` names gave no order and the papers
        come in the built-in one; None: that is an error.

        Raises:
            QuestionError: the query is empty or too long.
            SettingsError: there is no retriever of that name.
            ModelError: the model that was to put the papers in order did not.
        """
        text = readable(query, self.settings.question_chars)
        return self._found(self._ordered(retriever, not_ranked), text, k, filters)

    def ask(self, question: str, **options: Any) -> Answer:
        """The checked answer to a question; arguments and errors as for :meth:`stream`."""
        *_, answer = self.stream(question, **options)
        assert isinstance(answer, Answer)  # noqa: S101 -- stream() promises it; tells the type checker
        return answer

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Answer] = (),
        model: str | None = None,
        retriever: str | None = None,
        filters: PaperFilter | None = None,
        unsupported: str | None = None,
        cancel: threading.Event | None = None,
        trace: bool = False,
        fresh: bool = False,
        without: Collection[str] = (),
    ) -> Iterator[str | Answer]:
        """Pieces of the answer as they are written, then the checked :class:`Answer`, once, as the last item.

        Args:
            question: at most ``settings.question_chars`` characters.
            history: answers given so far in this conversation, oldest first; a follow-up is read in their light, and
                a sentence that they cite keeps its number.
            model: who writes; None and ``auto`` take the ``llm`` that was passed in, None else ``settings.model``.
            retriever: who finds; None takes what was passed in, else ``settings.retriever``.
            filters: only these papers count.
            unsupported: what becomes of sentences that their sources do not bear out, ``mark``, ``rewrite`` or
                ``drop``; None takes ``settings.unsupported``. The answer's text then differs from the pieces.
            cancel: once set, the writer stops and the answer holds what there is.
            trace: the answer holds what happened on the way, as ``Answer.trace``.
            fresh: the model is asked even if its answer to the same question and evidence is kept.
            without: how the question is not to be read, pieces of ``Answer.readings`` of an answer to it; what they say
                of papers, conditions and order then does not hold. Others have no effect.

        Raises:
            QuestionError: the question is empty or too long.
            SettingsError: no such model or retriever, or no such way with unsupported sentences.
            ModelError: the model that was asked for by name did not do its work (``auto`` falls back instead).
        """
        pipeline = Pipeline(
            self._means(retriever),
            question,
            history,
            model,
            filters,
            unsupported,
            cancel or threading.Event(),
            trace=trace,
            fresh=fresh,
            without=without,
        )
        yield from pipeline.events()

    async def astream(self, question: str, **options: Any) -> AsyncIterator[str | Answer]:
        """:meth:`stream` for servers: the work runs in a thread; leaving the loop early cancels it."""
        cancel = options["cancel"] = options.get("cancel") or threading.Event()
        pieces = cast("Generator[str | Answer]", self.stream(question, **options))
        ended = object()
        try:
            while (piece := await asyncio.to_thread(next, pieces, ended)) is not ended:
                yield cast("str | Answer", piece)
        finally:
            cancel.set()
            with contextlib.suppress(ValueError):  # it runs in its thread at this moment, and ends there by the cancel
                pieces.close()

    async def aask(self, question: str, **options: Any) -> Answer:
        """:meth:`ask` for servers."""
        return await asyncio.to_thread(functools.partial(self.ask, question, **options))

    def verify(
        self, text: str, cites: Sequence[str] | None = None, *, judge: str | Examiner | None = None
    ) -> list[Checked]:
        """Holds somebody else's sentences against the collection; headings, questions and the like are left out.

        Args:
            text: sentences; with ``cites`` one claim.
            cites: titles, system names or ids of the papers the claim cites; None: what each sentence itself says.
            judge: as for :meth:`verify_draft`.

        Raises:
            QuestionError: the text is empty.
            SettingsError: ``judge`` names no model.
        """
        verifier = self._verifier
        return verifier.sentences(text, judge) if cites is None else [verifier.claim(text, cites, judge)]

    def verify_draft(
        self,
        draft: DraftText,
        *,
        judge: str | Examiner | None = None,
        progress: Callable[[int, int], None] = lambda done, of: None,
    ) -> CheckedDraft:
        """Holds each sentence of a draft against the papers it cites, else against those it names, else the nearest.

        Args:
            draft: what ``rag.load_draft`` or ``rag.read_draft`` gives.
            judge: a model that judges beside the checker, ``ollama/NAME`` or ``openai/NAME``; ``none``: that alone;
                None: ``settings.judge``; what :meth:`examiner` gives serves many calls. How the verdicts are combined
                stands at :class:`rag.checking.Examiner`.
            progress: called with the number of sentences done and of all.

        Raises:
            SettingsError: ``judge`` names no model.
        """
        return self._verifier.draft(draft, judge, progress)

    def examiner(self, judge: str | None = None) -> Examiner:
        """Who judges, as for :meth:`verify_draft`; a model that does not answer is not asked again by the same one.

        Raises:
            SettingsError: ``judge`` names no model.
        """
        return self._verifier.examiner(judge)

    def _means(self, retriever: str | None) -> Means:
        """What a question is answered with when ``retriever`` finds; None: who finds where none is named."""
        return Means(
            self._collection,
            self.settings,
            self._retriever_name(retriever),
            lambda query, only, k: self._found_close(self._retriever(retriever), query, k, only),
            lambda text: self._find_similar(text, 2),
            lambda only: self._atlas.drawn("", only, ()),
            self._reader,
            self._ranking,
            self._llm,
        )

    def _find_similar(self, text: str, k: int) -> list[Hit]:
        query = " ".join(text[: self.settings.question_chars].split())
        return retriever_for("hybrid")(self._collection, query, k, None) if query else []

    def _find_about(self, about: str, k: int, filters: PaperFilter | None) -> list[str]:
        return [hit.paper.paper_id for hit in self._found(self._retriever("hybrid"), about, k, filters)]

    def compare(self, names: Sequence[str]) -> Comparison:
        """Sets papers side by side, aspect by aspect, a sentence behind every cell; without a language model.

        Args:
            names: 2 to 6: names of systems, titles or their beginnings, ids, or descriptions of one paper.

        Raises:
            UserError: too few or too many names, one that is empty, or the collection knows none of them.
        """
        embedder = built_in(self._collection.embedder, self.settings.home)
        relevance = relevance_of(self.settings.home)
        return compare(names, self._collection, lambda text: self._find_similar(text, 2), embedder, relevance)

    def chat(self, history: Sequence[Answer] = (), **options: Any) -> Chat:
        """A conversation.

        Args:
            history: answers with which it began, oldest first, to go on where it was left.
            options: model, retriever and filters, for all turns to come.
        """
        return Chat(self, options, history)

    def as_retriever(self, name: str | None = None, k: int = 10) -> BaseRetriever:
        """A LlamaIndex retriever over the collection, giving one node a sentence, best first; as :meth:`search`."""
        from rag.integrations.llama_index import as_llama_index

        return as_llama_index(self._collection, self._ordered(name), k)

    def as_query_engine(self, *, streaming: bool = False, **options: Any) -> PapersQueryEngine:
        """:meth:`ask` as a query engine of LlamaIndex, each marker with its source node; options as there."""
        from rag.integrations.llama_index import PapersQueryEngine

        return PapersQueryEngine(self, options, streaming=streaming)

    def as_chat_engine(self, **options: Any) -> PapersChatEngine:
        """:meth:`chat` as a chat engine of LlamaIndex; options as there."""
        from rag.integrations.llama_index import PapersChatEngine

        return PapersChatEngine(self, options)

    def _found_close(self, find: Retriever, query: str, k: int, filters: PaperFilter | None) -> list[Hit]:
        """For answers, which must know whether the papers found are close."""
        return measured(self._collection, query, self._found(find, query, k, filters))

    def _found(self, find: Retriever, query: str, k: int, filters: PaperFilter | None) -> list[Hit]:
        within: Collection[str] | None = self._collection.ids(filters) if filters else None
        return [] if within is not None and not within else find(self._collection, query, k, within)

    def _retriever_name(self, name: str | None) -> str:
        """Who finds, for the answer."""
        outside, _ = self._outside
        return f"llama-index/{type(outside).__name__}" if name is None and outside else name or self.settings.retriever

    def _ordered(self, name: str | None, not_ranked: Callable[[str], None] | None = None) -> Retriever:
        """The retriever with its papers in the order of the model that is set, if one is."""
        find = self._retriever(name)
        return self._ranking.around(find, not_ranked) if self._ranking else find

    def _retriever(self, name: str | None) -> Retriever:
        retriever, postprocessors = self._outside
        own = retriever_for(name or self.settings.retriever)
        if name is None and (retriever is not None or postprocessors):
            from rag.integrations.llama_index import from_llama_index

            return from_llama_index(retriever, postprocessors, own)
        return own
