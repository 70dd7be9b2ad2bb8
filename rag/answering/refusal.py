"""Recognises a model's refusal, also in other words and languages, and while it is still being written."""

from __future__ import annotations

import re

from rag.answering.prompts import REFUSAL

__all__ = ["RefusalGate", "declines", "is_refusal", "without_refusal"]

_MARKER = re.compile(r"\[\d+\]")
_NO_WORD = re.compile(r"[\W_]+")
_SENTENCE_END = re.compile(r"[.!?][\"”’»')*]*(?=\s)|[。！？\n]")
_LOOKED_AT = 2
"""First sentences in which a refusal is looked for: an apology or the subject may come before it. What follows it is
the model's own knowledge, which nothing in the papers bears out."""

_SOURCES = (
    r"(?:papers?|passages?|abstracts?|documents?|excerpts?|texts?|sources?|context|collection|articles?|publications?"
    r"|materials?|information (?:provided|given|available)|(?:provided|given|available) information)"
)
_SAYS = (
    r"(?:answer|contain|mention|provide|discuss|address|include|specif|stat|say|cover|describ|report|give|have|hold"
    r"|offer|tell|explain|indicat|refer|talk|speak|disclos|reveal|deal|elaborat)"
)
_ENGLISH = (
    rf"\b{_SOURCES}\b[^.!?]{{0,60}}\b(?:do|does|did)(?: not|n['’]t)\b(?: \w+ly| directly| actually)? {_SAYS}",
    rf"\b(?:none of|neither of|nothing in|nowhere in|no) (?:the |these |those )?(?:\w+ )?{_SOURCES}\b",
    rf"\b(?:is|are|was|were)(?: not|n['’]t) (?:\w+ly )?(?:{_SAYS}\w*|answered|available|found|clear|known)\b"
    rf"[^.!?]{{0,40}}\b{_SOURCES}\b",
    r"\b(?:i|we)(?:['’]m| am| are|['’]re)? (?:cannot|can ?not|can['’]t|could not|couldn['’]t|unable to|not able to"
    r"|do not|don['’]t|did not|didn['’]t) (?:\w+ly )?(?:answer|find|determine|provide|tell|say|know|see|locate|identify"
    r"|have (?:enough|any|sufficient|the) )",
    r"\bthere (?:is|are|was|were|isn['’]t|aren['’]t) (?:no|not|nothing|insufficient|any)\b[^.!?]{0,30}"
    r"\b(?:information|mention|answer|evidence|data|details?|paper|passages?)\b",
    r"\b(?:cannot|can ?not|can['’]t|could not|couldn['’]t) be (?:answered|determined|found|inferred)\b",
    r"\b(?:answer|information|detail)s?\b[^.!?]{0,30}\b(?:is|are)(?: not|n['’]t) (?:\w+ )?(?:in|within|part of|among"
    r"|present|available)\b",
    rf"\b(?:no|not have|n['’]t have|cannot|can['’]t) access\b[^.!?]{{0,20}}\b{_SOURCES}\b",
    r"\A\W*(?:n/?a|unknown|not (?:mentioned|specified|stated|available|provided|given|reported|found|applicable|known)"
    r"|no (?:answer|information|mention|data))(?: (?:in|by) (?:the|these) \w+)?\W*\Z",
    r"\b(?:not enough|insufficient|no (?:relevant|specific|direct|such|further)) (?:information|evidence|context)\b",
)
_OTHERS = (
    # German
    r"\b(?:paper|artikeln?|arbeiten|texten?|quellen|dokumenten?|abstracts?|passagen|veröffentlichungen|informationen)\b"
    r"[^.!?]{0,90}\b(?:nicht|nichts|keine[nrms]?)\b",
    r"\bkeine (?:informationen|angaben|antwort)\b|\bk(?:ann|onnte)\b[^.!?]{0,60}\bnicht (?:beantwort|gefunden|finden)",
    # French
    r"\b(?:articles?|documents?|textes?|passages?|résumés?|sources?|informations?)\b[^.!?]{0,60}"
    r"\bn(?:e|['’])\s?[^.!?]{0,40}\b(?:pas|aucune?|rien)\b",
    r"\bne (?:peux|peut|permet|permettent|puis) pas\b[^.!?]{0,20}\brépondre\b|\baucune information\b",
    # Spanish
    r"\b(?:artículos?|documentos?|textos?|pasajes?|resúmenes|fuentes|trabajos|información)\b[^.!?]{0,60}"
    r"\bno (?:\w+ )?(?:respond|contien|mencion|proporcion|dice|trata|incluy|ofrec|abord|indic|especific)",
    r"\bno (?:hay|se encuentra|se menciona|puedo|es posible)\b[^.!?]{0,40}\b(?:informaci|respuesta|responder|menci)",
    # Italian
    r"\b(?:articoli|documenti|testi|passaggi|fonti|abstract|paper)\b[^.!?]{0,60}\bnon (?:\w+ )?"
    r"(?:rispond|conteng|menzion|fornisc|dicono|tratta|includ|offr|affronta|indica|specific)",
    r"\bnon (?:posso|è possibile|ci sono|c['’]è|sono in grado)\b[^.!?]{0,40}\b(?:rispond|informazion)",
    # Portuguese
    r"\b(?:artigos|documentos|textos|trechos|fontes|resumos|trabalhos)\b[^.!?]{0,60}\bnão (?:\w+ )?"
    r"(?:respond|cont[eéê]m|mencion|fornec|dizem|trata|inclu|oferec|abord|indica|especific)",
    r"\bnão (?:há|posso|é possível|encontrei)\b[^.!?]{0,40}\b(?:informaç|resposta|responder)",
    # Dutch
    r"\b(?:artikelen|papers|documenten|teksten|passages|bronnen|samenvattingen)\b[^.!?]{0,90}\b(?:niet|niets|geen)\b",
    r"\bgeen (?:informatie|antwoord)\b|\bk(?:an|on)\b[^.!?]{0,60}\bniet (?:beantwoord|vinden|gevonden)",
    # Polish
    r"\b(?:artykuł\w*|dokument\w*|tekst\w*|źród\w*|prace|publikacj\w*)\b[^.!?]{0,60}\bnie (?:odpowiada|zawiera|wspomina"
    r"|podaj|mówi|opisuj)",
    # Russian
    r"\b(?:стат\w+|документ\w+|текст\w+|источник\w+|отрывк\w+|работ\w+|аннотаци\w+)\b[^.!?]{0,60}"
    r"\bне (?:отвеча|содерж|упомина|говор|привод|рассматрива|даю)|\bнет (?:информации|ответа|сведений)\b",
    # Chinese, Japanese, Korean
    r"(?:论文|文章|文献|段落|资料|摘要|材料|上下文)[^。！？]{0,20}(?:没有|并未|未能|无法|不能|未提|不包含|不涉及)",
    r"无法(?:回答|确定)|(?:論文|資料|文書|要旨|文献|本文)[^。！？]{0,40}(?:ありません|ていません|できません|見つかりません)",
    r"(?:논문|문서|자료|초록|문헌)[^.!?]{0,60}(?:없습니다|않습니다|않았습니다|못합니다|없다|않는다)",
)
_DECLINES = re.compile("|".join((*_ENGLISH, *_OTHERS)), re.IGNORECASE)
"""Of 68,662 sentences of abstracts 37 pass for a refusal; an answer would have to begin with one and cite nothing."""
_MAY_DECLINE = re.compile(
    r"\W*(?:the|these|this|that|those|i|we|it|there|no|none|neither|nothing|sorry|unfortunately|apologies|based|from"
    r"|according|however|in|as|after|while|although|information|regarding|not|unable)\b",
    re.IGNORECASE,
)
"""How refusals begin in English; a first sentence that begins so is shown once it is whole."""
_TELLING_WORDS = 4
"""So many first words tell whether a sentence may be a refusal of another kind."""
_NOT_ENGLISH = re.compile(
    r"\b(?:der|die|das|den|dem|des|ein|eine|ich|wir|es|leider|kein|keine|nicht|wird|werden|ist|sind|zu|laut|auf"
    r"|le|la|les|un|une|des|du|je|nous|il|elle|ils|aucun|aucune|ne|ce|cette|ces|est|sont|désolé|malheureusement|selon"
    r"|el|los|las|lo|una|no|ningún|ninguno|ninguna|según|lamentablemente|estos|esta|este"
    r"|il|lo|gli|i|uno|non|nessun|nessuno|purtroppo|questi|questo|mi|dispiace"
    r"|o|os|as|um|uma|não|nenhum|nenhuma|infelizmente|estes|este|desculpe"
    r"|de|het|een|geen|niet|wordt|helaas|deze|ik|we|volgens|te|żaden|nie|niestety|przykro)\b"
    r"|n['’]t\b|\bnot\b|[^\W\d_a-zA-Z\u00c0-\u024f]",
    re.IGNORECASE,
)
"""Common words of the other languages, "not", and letters of other scripts."""


def _words(text: str) -> str:
    """The words of ``text`` in small letters with one blank between them; no markers, quotes or Markdown."""
    return _NO_WORD.sub(" ", _MARKER.sub("", text)).strip().casefold()


_REFUSAL_WORDS = _words(REFUSAL)
_REFUSAL_FIRST = re.compile(
    r"[\W_]*" + r"[\W_]+".join(_REFUSAL_WORDS.split()) + r"""(?!\s*\[)[.!]?["”’»')*_]*\s*""", re.IGNORECASE
)
"""The refusal at the beginning of an answer; one that cites a paper says something of it."""


def declines(text: str) -> bool:
    """Whether one of the first two sentences says, in whatever words, that the papers do not answer.

    Looks at the words alone: a text that cites a paper may say so of one thing and answer another.
    """
    end = 0
    for match, _ in zip(_SENTENCE_END.finditer(text), range(_LOOKED_AT), strict=False):
        end = match.end()
    head = text[:end] if end and len(_SENTENCE_END.findall(text)) >= _LOOKED_AT else text
    return _DECLINES.search(head) is not None


def is_refusal(text: str, *, cites: bool) -> bool:
    """Whether ``text`` declines to answer: it is the refusal; or cites nothing, and contains it or its like."""
    words = _words(text)
    return words == _REFUSAL_WORDS or (not cites and (_REFUSAL_WORDS in words or declines(text)))


def without_refusal(text: str) -> str:
    """``text``, which cites a paper, without the refusal that it begins with in spite of that."""
    return _REFUSAL_FIRST.sub("", text, count=1) if _REFUSAL_FIRST.match(text) else text


class RefusalGate:
    """Holds text back as long as it may turn out to be the refusal.

    That is: the fixed sentence as far as it is written; a first sentence that begins as refusals do, in whatever
    language; and all that follows one that declines, until a paper is cited.
    """

    def __init__(self) -> None:
        self._held: str | None = ""

    def pass_on(self, text: str, *, cites: bool) -> str:
        """What can be shown now of ``text`` and of what was held; ``cites``: a paper has been cited so far."""
        if self._held is None:
            return text
        self._held += text
        words = _words(self._held)
        if _REFUSAL_WORDS.startswith(words):
            return ""
        if not cites and (words.startswith(_REFUSAL_WORDS) or self._may_decline()):
            return ""
        return self.release(cites=cites)

    def _may_decline(self) -> bool:
        held = self._held or ""
        if _SENTENCE_END.search(held):
            return _may_begin_a_refusal(held) and declines(held)
        return len(held.split()) <= _TELLING_WORDS or _may_begin_a_refusal(held)

    def release(self, *, cites: bool) -> str:
        """All that is held; nothing is held from now on. ``cites`` as for :meth:`pass_on`."""
        held, self._held = self._held or "", None
        return without_refusal(held) if cites else held

    @property
    def holds(self) -> bool:
        """Whether nothing has been shown yet."""
        return self._held is not None


def _may_begin_a_refusal(text: str) -> bool:
    """Whether a text begins as a refusal may, by its first words."""
    head = " ".join(text.split()[:_TELLING_WORDS])
    return bool(_MAY_DECLINE.match(text) or _NOT_ENGLISH.search(head))
