"""Reading drafts: plain text, Markdown or LaTeX as sentences, each with its place and the papers it cites."""

from __future__ import annotations

from rag.drafts.draft import Cite, DraftSentence, DraftText, Reference
from rag.drafts.library import Library
from rag.drafts.reading import FORMATS, load_draft, read_draft

__all__ = ["FORMATS", "Cite", "DraftSentence", "DraftText", "Library", "Reference", "load_draft", "read_draft"]
