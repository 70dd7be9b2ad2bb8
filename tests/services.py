"""A small server on loopback that answers as arXiv, doi.org and Zotero do, from papers that a test gives it.

The forms are those of https://info.arxiv.org/help/api/user-manual.html, https://citation.doi.org/docs.html and
https://www.zotero.org/support/dev/web_api/v3/basics. ``server.requests`` holds path, query and headers of each request
in order, and ``server.refuse`` what is answered instead of the next ones: status, headers and body.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple, Self
from urllib.parse import parse_qsl, unquote, urlsplit
from xml.sax.saxutils import escape

from rag import Settings

__all__ = ["Asked", "Services"]

_FEED = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">
  <title type="html">ArXiv Query</title>
  <opensearch:totalResults>{total}</opensearch:totalResults>
  <opensearch:startIndex>{start}</opensearch:startIndex>
  <opensearch:itemsPerPage>{count}</opensearch:itemsPerPage>
{entries}</feed>"""
_ENTRY = """  <entry>
    <id>http://arxiv.org/abs/{id}v2</id>
    <updated>2025-05-02T17:00:00Z</updated>
    <published>2025-04-11T17:59:38Z</published>
    <title>{title}</title>
    <summary>  {abstract}
</summary>
    <author><name>Yifan Feng</name></author>
    <author><name>Hao Hu</name></author>
    <arxiv:comment xmlns:arxiv="http://arxiv.org/schemas/atom">12 pages, https://github.com/iMoonLab/Hyper-RAG</arxiv:comment>
    <link href="http://arxiv.org/abs/{id}v2" rel="alternate" type="text/html"/>
    <link title="pdf" href="http://arxiv.org/pdf/{id}v2" rel="related" type="application/pdf"/>
    <category term="cs.IR" scheme="http://arxiv.org/schemas/atom"/>
  </entry>
"""
_ERROR = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>http://arxiv.org/api/errors#incorrect_id_format</id>
<title>Error</title><summary>incorrect id format for {text}</summary></entry></feed>"""


class Asked(NamedTuple):
    """One request."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]


class Services:
    """Runs for the length of a ``with`` block."""

    def __init__(
        self,
        papers: Mapping[str, tuple[str, str]] | None = None,
        works: Mapping[str, Any] | None = None,
        items: Sequence[Mapping[str, Any]] = (),
        key: str | None = None,
    ) -> None:
        self.papers = dict(papers or {})
        """Title and abstract by arXiv id, all of which every query finds."""
        self.works = dict(works or {})
        """CSL-JSON by DOI."""
        self.items = list(items)
        """Items of every library, as Zotero's interface has them."""
        self.key = key
        """What libraries at zotero.org want; None: they are public."""
        self.requests: list[Asked] = []
        self.refuse: list[tuple[int, dict[str, str], str]] = []
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                address = urlsplit(self.path)
                headers = {name.lower(): value for name, value in self.headers.items()}
                asked = Asked(unquote(address.path), dict(parse_qsl(address.query)), headers)
                owner.requests.append(asked)
                status, sent, body = owner.refuse.pop(0) if owner.refuse else owner.answer(asked)
                content = body.encode()
                self.send_response(status)
                for name, value in {"Content-Length": str(len(content)), **sent}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01})

    def settings(self, **values: Any) -> Settings:
        """Settings with all services here."""
        return Settings(
            arxiv_url=f"{self.url}/api",
            doi_url=f"{self.url}/doi",
            zotero_url=f"{self.url}/zotero",
            zotero_local_url=f"{self.url}/local",
            **values,
        )

    def environment(self) -> dict[str, str]:
        """The same for a program that is started."""
        names = {"ARXIV_URL": "api", "DOI_URL": "doi", "ZOTERO_URL": "zotero", "ZOTERO_LOCAL_URL": "local"}
        return {f"PAPERTRAIL_{name}": f"{self.url}/{path}" for name, path in names.items()}

    def answer(self, asked: Asked) -> tuple[int, dict[str, str], str]:
        first, _, rest = asked.path.lstrip("/").partition("/")
        if first == "api":
            return self._arxiv(asked.query)
        if first == "doi":
            work = self.works.get(rest)
            return (200, {"Content-Type": "application/vnd.citationstyles.csl+json"}, json.dumps(work)) if work else (
                404, {"Content-Type": "text/html"}, "<html>DOI not found</html>")  # fmt: skip
        if first == "zotero" and self.key is not None and asked.headers.get("zotero-api-key") != self.key:
            return 403, {}, "Forbidden"
        return self._zotero(asked.query)

    def _arxiv(self, query: Mapping[str, str]) -> tuple[int, dict[str, str], str]:
        start, most = int(query.get("start", "0")), int(query.get("max_results", "10"))
        asked = [one for one in query.get("id_list", "").split(",") if one]
        if asked:
            found = [one for one in (name.partition("v")[0] for name in asked) if one in self.papers]
        elif "(" in query["search_query"] and ")" not in query["search_query"]:
            return 400, {"Content-Type": "application/atom+xml"}, _ERROR.format(text=query["search_query"])
        else:
            found = list(self.papers)
        entries = "".join(
            _ENTRY.format(id=one, title=escape(self.papers[one][0]), abstract=escape(self.papers[one][1]))
            for one in found[start : start + most]
        )
        feed = _FEED.format(total=len(found), start=start, count=most, entries=entries)
        return 200, {"Content-Type": "application/atom+xml"}, feed

    def _zotero(self, query: Mapping[str, str]) -> tuple[int, dict[str, str], str]:
        start, most = int(query["start"]), min(int(query["limit"]), 100)
        found = self.items[start : start + most]
        headers = {"Content-Type": "application/json", "Total-Results": str(len(self.items))}
        return 200, headers, json.dumps(found)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()
