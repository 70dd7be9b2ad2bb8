"""Reading a draft in LaTeX: what is prose in it, and where; broken markup costs a paragraph, not the file."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Iterator

from rag.drafts.blocks import Block, blank
from rag.drafts.cites import Located, find_cites
from rag.drafts.conditionals import Switches
from rag.drafts.draft import Cite, Reference
from rag.drafts.macros import Macros, closing
from rag.drafts.plain import HEADING
from rag.sources.cleaning import clean

__all__ = ["Input", "LatexReading", "plain_latex", "preamble_inputs"]

AFTER_END = "after the end of the document"
FORMULA = "a formula"
NOT_PRINTED = "not printed"
_SKIPPED = {
    **dict.fromkeys(["figure", "wrapfigure", "subfigure", "tikzpicture", "picture"], "a figure"),
    **dict.fromkeys(["table", "wraptable", "longtable", "tabular", "tabularx", "tabu"], "a table"),
    **dict.fromkeys(["verbatim", "lstlisting", "minted", "algorithm", "algorithmic", "Verbatim", "alltt"], "code"),
    **dict.fromkeys(["equation", "align", "gather", "multline", "eqnarray", "displaymath", "math"], FORMULA),
    **dict.fromkeys(["thebibliography", "filecontents"], "the list of references"),
    **dict.fromkeys(["IEEEkeywords", "keywords", "keyword"], "keywords"),
    "comment": "a comment",
}
_LITERAL = ("verbatim", "Verbatim", "lstlisting", "minted", "alltt", "comment", "filecontents")
"""Environments in which nothing is a command."""
_BEGIN = re.compile(r"\\begin\s*\{([A-Za-z]+)\*?\}")
_COMMENT = re.compile(r"(?<!\\)((?:\\\\)*)(%[^\n]*)")
_SECTION = re.compile(
    r"\\(?:part|chapter|(?:sub){0,2}section|(?:sub)?paragraph|title|author|date)\*?\s*(?:\[[^\[\]]*\])?\s*(?=\{)"
)
_FOOTNOTE = re.compile(r"\\(?:footnote|footnotetext|thanks)\s*(?:\[[^\[\]]*\])?\s*(?=\{)")
_FORMULA = re.compile(r"(?<!\\)\$\$.{1,2000}?\$\$|\\\[.{1,2000}?\\\]", re.DOTALL)
_BREAK = re.compile(
    r"\n[ \t]*(?=\n)"
    r"|\\(?:par|item(?:\[[^\[\]]*\])?|newpage|clearpage|maketitle|tableofcontents|appendix|noindent)(?![A-Za-z])"
    r"|\\(?:begin|end)\s*\{[^{}]*\}(?:\[[^\[\]]*\])?"
)
_ITEM = "\\item"
_SILENT = re.compile(
    r"~?\\(?:label|ref|autoref|[cC]ref|eqref|pageref|includegraphics|includeonly|vspace|hspace|usepackage|"
    r"documentclass|bibliographystyle|bibliography|addbibresource|todo|index|graphicspath|setlength|pagestyle|"
    r"thispagestyle|url|footnotemark)\*?"
    r"(?:\s*\[[^\[\]]{0,300}\]){0,3}(?:\s*\{(?:[^{}]|\{[^{}]*\}){0,2000}\}){0,2}"
)
_INPUT = re.compile(
    r"\\(?:input|include|subfile|subfileinclude)(?:\s*\{([^{}]+)\}|\s+([^\s{}\\%]+))"
    r"|\\(?:sub)?(?:import|includefrom|inputfrom)\*?\s*\{([^{}]*)\}\s*\{([^{}]+)\}"
)
_NOTE_CHARS = 300
"""So much of a footnote tells it from the others."""
_MOST_UNCLOSED = 100
"""After so many complaints a text is not looked through any further: it is hardly LaTeX."""


@dataclasses.dataclass(frozen=True)
class Input:
    """A place where another file is read in."""

    place: int
    """Its first character."""
    written: str
    name: str
    """The file, from the folder of the draft."""
    printed: bool
    """Whether what stands there is printed; before the document begins it only defines things."""


class LatexReading:
    """One file: its blocks, the files it reads in, what is broken in it."""

    def __init__(self, text: str, macros: Macros, switches: Switches) -> None:
        """Takes the file apart.

        Args:
            text: the whole of it.
            macros: takes in what it defines; what it uses is looked up there when the blocks are asked for.
            switches: what other files have set; takes in what this one sets.
        """
        self.notes: list[str] = []
        self.lists: list[str] = []
        """The texts of its ``thebibliography`` environments."""
        self.remarks: dict[str, Reference] = {}
        """Its footnotes, by the keys of what cites them; to be asked for after the blocks."""
        self._notes_at: list[tuple[int, str]] = []
        self._draft = text
        self._skipped: list[Block] = []
        text = self._without_environments(text, literal=True)
        text = self._without_comments(text)
        pieces, commands = switches.left_out(text)
        for piece in pieces:
            text = self._skip(text, *piece, NOT_PRINTED)
        text = blank(text, commands)
        self._macros = macros
        text = macros.learn(text)
        self.inputs = list(_inputs(text))
        """The files that it reads in, those after the end of the document left out."""
        text = blank(text, (match.span() for match in _INPUT.finditer(text)))
        text = self._without_frame(text)
        self._text = self._without_environments(text, literal=False)

    def blocks(self) -> Iterator[Block]:
        """The paragraphs, and the pieces that are not checked."""
        text = self._taken(self._text, _SECTION, HEADING)
        text = self._without_footnotes(text)
        text = blank(text, (match.span() for match in _FORMULA.finditer(text)))
        text = blank(text, (match.span() for match in _SILENT.finditer(text)))
        yield from _outermost(self._skipped)
        place, item = 0, False
        for gap in [*_BREAK.finditer(text), None]:
            end = gap.start() if gap else len(text)
            if text[place:end].strip():
                yield dataclasses.replace(self._block(place, text[place:end]), item=item)
            place = gap.end() if gap else end
            item = gap is not None and (gap[0].startswith(_ITEM) or item and not gap[0].strip())

    def plain(self, text: str) -> str:
        """The characters that a piece of the draft stands for."""
        return plain_latex(self._macros.expanded(text))

    def _block(self, start: int, text: str) -> Block:
        """A paragraph; a macro that stands for a name may begin a sentence, and one may hold citations."""
        used = [
            Located(begin, end, cites, hidden=False, spoken=name)
            for begin, end, value in self._macros.calls(text)
            for cites, name in [_stands_for(value)]
        ]
        inside = [(at - start, key) for at, key in self._notes_at if start <= at < start + len(text)]
        used += [Located(at, at + 1, (Cite("note", key, False),)) for at, key in inside]
        return Block(start, text, cites=tuple(used))

    def _skip(self, text: str, start: int, end: int, why: str) -> str:
        self._skipped.append(Block(start, self._draft[start:end], why))
        return blank(text, [(start, end)])

    def _without_environments(self, text: str, *, literal: bool) -> str:
        """``text`` without the environments that hold no prose, a line break left between what stands around them."""
        spans: list[tuple[int, int]] = []
        for match in _BEGIN.finditer(text):
            name = match[1]
            if name not in _SKIPPED or (name in _LITERAL) != literal or spans and match.start() < spans[-1][1]:
                continue
            end = self._end_of(text, match)
            spans.append((match.start(), end))
            if _SKIPPED[name] == "the list of references":
                self.lists.append(text[match.end() : end])
            self._skipped.append(Block(match.start(), self._draft[match.start() : end], _SKIPPED[name]))
            if _SKIPPED[name] == FORMULA:  # a part of its sentence
                text = _hidden(text, _line_end_before(text, match.start()), end)
        return blank(text, spans)

    def _end_of(self, text: str, begin: re.Match[str]) -> int:
        """Where an environment is over; one that is not closed, with its paragraph."""
        name = begin[1]
        depth = 1
        for match in re.finditer(rf"\\(begin|end)\s*\{{{name}\*?\}}", text[begin.end() :]):
            depth += 1 if match[1] == "begin" else -1
            if not depth:
                return begin.end() + match.end()
        line = text.count("\n", 0, begin.start()) + 1
        self.notes.append(
            f"\\begin{{{name}}} in line {line} is not closed; what follows its paragraph was read as prose"
        )
        gap = re.compile(r"\n[ \t]*\n").search(text, begin.end())
        return gap.start() if gap else len(text)

    def _without_comments(self, text: str) -> str:
        for match in re.finditer(r"(?:^[ \t]*%[^\n]*(?:\n|\Z))+", text, re.MULTILINE):
            self._skipped.append(Block(match.start(), match[0], "a comment"))
            text = _hidden(text, *match.span())  # such a line does not end a paragraph
        return blank(text, (match.span(2) for match in _COMMENT.finditer(text)))

    def _without_frame(self, text: str) -> str:
        r"""``text`` without what stands before ``\begin{document}`` and after its end."""
        begin, end = re.search(r"\\begin\s*\{document\}", text), re.search(r"\\end\s*\{document\}", text)
        if end:
            after = text[end.end() :].strip()
            text = self._skip(text, end.start(), len(text), AFTER_END) if after else blank(text, [end.span()])
        return self._skip(text, 0, begin.end(), "the preamble") if begin else text

    def _taken(self, text: str, command: re.Pattern[str], why: str) -> str:
        """``text`` without a command and its arguments, which are not checked.

        Args:
            text: the draft, perhaps with blanks in it.
            command: matches up to the brace that opens the argument.
            why: why they are not checked.
        """
        spans = [(match.start(), end) for match, end in self._groups(text, command)]
        self._skipped += [Block(start, text[start:end], why) for start, end in spans]
        return _with_breaks(blank(text, spans), spans)

    def _without_footnotes(self, text: str) -> str:
        """``text`` without its footnotes, which become blocks of their own and may be what their sentence cites."""
        spans: list[tuple[int, int]] = []
        for match, end in self._groups(text, _FOOTNOTE):
            spans.append((match.start(), end))
            block = self._block(match.end() + 1, text[match.end() + 1 : end - 1])
            said = self.plain(block.text)
            key = said[:_NOTE_CHARS]
            self._notes_at.append((match.start(), key))
            self.remarks[f"^{key}"] = Reference(said)
            self._skipped.append(dataclasses.replace(block, note=f"^{key}"))
        return blank(text, spans)

    def _groups(self, text: str, command: re.Pattern[str]) -> Iterator[tuple[re.Match[str], int]]:
        """Each place of a command, none in another one, with where its argument in braces ends."""
        last = 0
        for match in command.finditer(text):
            end = closing(text, match.end())
            if match.start() < last:
                continue
            if end is None and len(self.notes) >= _MOST_UNCLOSED:
                return
            if end is None:
                line = text.count("\n", 0, match.start()) + 1
                self.notes.append(f"the brace after {match[0].strip()} in line {line} is not closed")
                continue
            last = end
            yield match, end


def preamble_inputs(text: str) -> list[str]:
    """The names of the files that are read in before the document begins, comments included."""
    return [one.name for one in _inputs(text) if not one.printed]


def _inputs(text: str) -> Iterator[Input]:
    begin, end = _frame(text)
    for match in _INPUT.finditer(text):
        name = (match[1] or match[2] or f"{match[3].strip().rstrip('/')}/{match[4].strip()}").strip().strip('"')
        if match.start() < end:
            yield Input(match.start(), match[0].strip(), name.removeprefix("./"), match.start() >= begin)


def _frame(text: str) -> tuple[int, int]:
    """Where the document begins and ends; the whole of a file that is only a part of one."""
    begin, end = re.search(r"\\begin\s*\{document\}", text), re.search(r"\\end\s*\{document\}", text)
    return begin.end() if begin else 0, end.start() if end else len(text)


def _outermost(blocks: list[Block]) -> Iterator[Block]:
    """Those that do not lie in another one that is skipped."""
    end = 0
    for block in sorted(blocks, key=lambda block: (block.start, -block.end)):
        if block.skipped is None or block.end > end:
            yield block
        if block.skipped is not None:
            end = max(end, block.end)


@functools.lru_cache(maxsize=1024)
def _stands_for(value: str) -> tuple[tuple[Cite, ...], bool]:
    """The citations in what a macro stands for, and whether that begins like a name."""
    cites = tuple(cite for one in find_cites(value) for cite in one.cites if one.hidden)
    return cites, plain_latex(value)[:1].isupper()


def plain_latex(text: str) -> str:
    """Prose in LaTeX as plain characters on one line."""
    text = re.sub(r"\\S(?![A-Za-z])", "§", re.sub(r"(?<!\\)~", " ", text))
    return clean(text.replace("---", "–").replace("--", "–"), latex=True)


def _line_end_before(text: str, start: int) -> int:
    """The line break before ``start`` where nothing but blanks lies between, else ``start`` itself."""
    before = text[:start].rstrip(" \t")
    return len(before) - 1 if before.endswith("\n") else start


def _hidden(text: str, start: int, end: int) -> str:
    """``text`` with blanks from ``start`` to ``end``, also for its line breaks."""
    return text[:start] + " " * (end - start) + text[end:]


def _with_breaks(text: str, spans: list[tuple[int, int]]) -> str:
    """``text`` with an empty line in place of each span, so that it parts paragraphs; of the same length."""
    for start, end in spans:
        if end - start > 1:
            text = f"{text[:start]}\n\n{text[start + 2 :]}"
    return text
