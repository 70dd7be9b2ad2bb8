"""What the page does with a draft: holds it against the collection, sentence by sentence, and shows what that says."""

from __future__ import annotations

import asyncio
import dataclasses
import re
import tempfile
import threading
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from rag import read_draft
from rag.checking import CheckedDraft
from rag.errors import PapertrailError, QuestionError
from ui.page import checks, results, samples
from ui.page.failures import told
from ui.page.library import Events, Library
from ui.page.papers import papers_of
from ui.page.typed import data, latest, well_formed

__all__ = ["CHECKER_ALONE", "READ_FILES", "Draft", "Verify"]

MOST_CHARS = 200_000
"""Longest draft and bibliography, in characters: some 1,200 sentences, which are checked in half a minute on two
cores. Longer ones are for the command line."""
CHECKER_ALONE = "the small model alone"
STOPPED = "Stopped. Nothing of the check was kept."

READ_FILES = """
element.addEventListener("change", async (event) => {
  const input = event.target;
  if (input.type !== "file") return;
  const most = MOST_BYTES;
  const read = async (file) => ({ name: file.name, size: file.size, text: file.size > most ? "" : await file.text() });
  const files = await Promise.all([...input.files].map(read));
  input.value = "";
  trigger("upload", { files });
});
""".replace("MOST_BYTES", str(4 * MOST_CHARS))
"""Files are read in the browser and sent as text: nothing is uploaded, and no file is kept on the server."""

Bibliographies = tuple[tuple[str, str], ...]
"""Name and text of each BibTeX file that was opened."""
Updates = tuple[Any, Any, str]
"""New values of the button that checks, the one that stops, and the result."""


@dataclasses.dataclass(frozen=True)
class Draft:
    """The components that checking a draft needs."""

    text: gr.Textbox
    files: gr.HTML
    judge: gr.Dropdown
    check: gr.Button
    stop: gr.Button
    example: gr.Button
    result: gr.HTML
    bibliographies: gr.State
    """The :data:`Bibliographies` of this visitor."""


class _StoppedError(Exception):
    """The visitor wants no result any more."""


class Verify(Events):
    """The events of the tab: nothing of a draft is kept outside its page, and a visitor has one check at a time."""

    def __init__(self, library: Library) -> None:
        super().__init__(library)
        self._cancels: dict[str | None, threading.Event] = {}

    async def check(
        self, request: gr.Request, text: str, judge: str, bibliographies: Bibliographies
    ) -> AsyncGenerator[Updates]:
        """The check from the first word on how far it is to what it found, or why there is nothing."""
        session = request.session_hash
        if session in self._cancels:
            yield gr.skip(), gr.skip(), gr.skip()
            return
        cancel = self._cancels[session] = threading.Event()
        try:
            yield gr.Button(interactive=False), gr.Button(visible=True), results.waiting("Checking each sentence")
            steps: asyncio.Queue[tuple[int, int] | None] = asyncio.Queue()
            work = asyncio.ensure_future(self._checked(text, judge, bibliographies, cancel, steps))
            while (step := await latest(steps)) is not None:
                yield gr.skip(), gr.skip(), results.waiting(f"{step[0]} of {step[1]} sentences")
            result = checks.checked_draft(await work)
        except _StoppedError:
            result = results.failed(STOPPED)
        except Exception as error:  # a defect must not leave the page waiting; the log has its traceback
            result = results.failed(told(error))
        finally:
            cancel.set()
            del self._cancels[session]
        yield gr.Button(interactive=True), gr.Button(visible=False), result

    def stop(self, request: gr.Request) -> None:
        """Ends the check after the sentence it is at."""
        if cancel := self._cancels.get(request.session_hash):
            cancel.set()

    def opened(self, event: gr.EventData, text: str, kept: Bibliographies) -> tuple[Any, str, Bibliographies]:
        """The box with the draft that was opened, the list of bibliographies, and the bibliographies."""
        problem = ""
        found = dict(kept)
        for name, content in _files(event):
            if not content.strip() or "\0" in content or "\ufffd" in content:
                problem = f"{name} is empty, too long ({MOST_CHARS:,} characters are read), or no text in UTF-8."
            elif name.lower().endswith(".bib"):
                found[name] = content
            else:
                text = content
        return text, checks.attached(list(found), problem), tuple(found.items())

    def drop(self, event: gr.EventData, kept: Bibliographies) -> tuple[str, Bibliographies]:
        """Takes a bibliography out again."""
        left = tuple((name, text) for name, text in kept if name != data(event).get("name"))
        return checks.attached([name for name, _ in left]), left

    def example(self) -> str:
        """A draft with a true sentence and one whose figure is changed; empty where no paper has one."""
        try:
            assistant = self._assistant
            return samples.draft(papers_of(assistant, [head.paper_id for head in assistant.heads()[: samples.NEWEST]]))
        except PapertrailError:  # the conversation and the list of papers say what is wrong
            return ""

    def offered(self) -> dict[str, Any]:
        """The button that fills in the example, where there is one."""
        return gr.update(visible=bool(self.example()))

    def judges(self) -> dict[str, Any]:
        """Who may check: the small model alone, the model of the settings, and the models that answer now."""
        preset = self._assistant.settings.judge
        names = [choice.name for choice in self._assistant.models() if choice.available and "/" in choice.name]
        offered = dict.fromkeys([*([preset] if preset != "none" else []), *names])
        choices = [(CHECKER_ALONE, "none"), *((f"the small model and {name}", name) for name in offered)]
        return gr.update(choices=choices, value=preset)

    async def _checked(
        self,
        text: str,
        judge: str,
        bibliographies: Bibliographies,
        cancel: threading.Event,
        steps: asyncio.Queue[tuple[int, int] | None],
    ) -> CheckedDraft:
        """What was found; tells ``steps`` how far it is, and in the end None."""
        loop = asyncio.get_running_loop()

        def progress(done: int, of: int) -> None:
            if cancel.is_set():
                raise _StoppedError
            loop.call_soon_threadsafe(steps.put_nowait, (done, of))

        def work() -> CheckedDraft:
            if len(text) > MOST_CHARS:
                raise QuestionError(
                    f"the text has {len(text):,} characters and at most {MOST_CHARS:,} are checked at once; "
                    "paste a part of it, or use `papertrail verify FILE`"
                )
            with tempfile.TemporaryDirectory() as folder:
                draft = read_draft(well_formed(text), bibliographies=_written(bibliographies, Path(folder)))
            return self._assistant.verify_draft(draft, judge=judge, progress=progress)

        try:
            return await asyncio.to_thread(work)
        finally:
            steps.put_nowait(None)


def _files(event: gr.EventData) -> list[tuple[str, str]]:
    """Name and text of the files that the browser sent."""
    files = data(event).get("files")
    found = [one for one in files if isinstance(one, dict)] if isinstance(files, list) else []
    return [(str(one.get("name", "")), well_formed(str(one.get("text", ""))[: MOST_CHARS + 1])) for one in found]


def _written(bibliographies: Sequence[tuple[str, str]], folder: Path) -> list[Path]:
    """The bibliographies as files under harmless names."""
    paths = []
    for number, (name, text) in enumerate(bibliographies):
        path = folder / str(number) / (re.sub(r"[^\w.-]", "_", name)[-80:].lstrip(".") or "references.bib")
        path.parent.mkdir()
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    return paths
