from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import pytest

from rag import Settings, ingest
from rag.errors import ProviderError, SourceError
from rag.providers import address_of, addresses_in, read_addresses
from rag.providers.client import Clock
from rag.sources import BadRecord, Note
from rag.types import Paper
from tests.servers import closed_port_url
from tests.services import Services

HYPER = ("Hyper-RAG: Combating LLM Hallucinations", "Large language models invent facts. We use hypergraphs.")
WORK: dict[str, Any] = {
    "type": "article-journal",
    "title": "Deep learning for spines",
    "abstract": "<jats:p>Spines are segmented with a U-Net.</jats:p>",
    "author": [{"family": "Okoye", "given": "Lena"}, {"name": "The Spine Group"}],
    "issued": {"date-parts": [[2023, 5, 4]]},
    "container-title": "Journal of Spines",
    "publisher": "Somewhere",
    "reference-count": 7,
}
ITEM: dict[str, Any] = {
    "key": "ABCD2345",
    "version": 9,
    "library": {"type": "user", "id": 0},
    "data": {
        "key": "ABCD2345",
        "itemType": "journalArticle",
        "title": "Kept in a library",
        "abstractNote": "It is about keeping.",
        "creators": [{"creatorType": "author", "firstName": "Ana", "lastName": "Núñez"}],
        "date": "2021-03-02",
        "publicationTitle": "Keepers",
        "DOI": "10.1000/kept",
        "tags": [{"tag": "keeping"}],
    },
}
NOTE: dict[str, Any] = {"key": "NOTE2345", "data": {"key": "NOTE2345", "itemType": "note", "note": "<p>Mine</p>"}}


def read(services: Services, *texts: str, most: int | None = None, **values: Any) -> list[Paper | BadRecord | Note]:
    addresses = [address for text in texts for address in address_of(text)]
    return list(read_addresses(addresses, services.settings(**values), most))


def many(count: int) -> dict[str, tuple[str, str]]:
    return {f"2504.{number:05}": (f"Paper {number}", f"About {number}.") for number in range(count)}


def test_papers_of_arxiv_come_by_id_in_one_request() -> None:
    with Services({"2504.08758": HYPER, "2105.00003": ("Another one", "It differs.")}) as services:
        found = read(services, "arxiv:2504.08758v1", "https://arxiv.org/abs/2105.00003")

    papers = [one for one in found if isinstance(one, Paper)]
    assert [one.paper_id for one in papers] == ["2504.08758", "2105.00003"]
    assert (papers[0].title, papers[0].abstract) == HYPER
    assert papers[0].authors == ("Yifan Feng", "Hao Hu")
    assert papers[0].published == datetime.date(2025, 4, 11)
    assert papers[0].code_urls == ("https://github.com/iMoonLab/Hyper-RAG",)
    assert papers[0].source == "arxiv:2504.08758"
    assert [asked.query["id_list"] for asked in services.requests] == ["2504.08758v1,2105.00003"]


def test_an_id_that_arxiv_does_not_have_is_told() -> None:
    with Services({"2504.08758": HYPER}) as services:
        found = read(services, "arxiv:2504.08758,2504.99999")

    assert [type(one) for one in found] == [Paper, BadRecord]
    assert isinstance(found[1], BadRecord)
    assert found[1].source == "arxiv:2504.99999"


def test_a_query_is_read_page_by_page_up_to_the_number_wanted() -> None:
    with Services(many(450)) as services:
        found = read(services, "arxiv:cat:cs.IR AND ti:retrieval", most=410)

    assert len({one.paper_id for one in found if isinstance(one, Paper)}) == 410
    assert [(one.query["start"], one.query["max_results"]) for one in services.requests] == [
        ("0", "200"),
        ("200", "200"),
        ("400", "10"),
    ]
    assert services.requests[0].query["search_query"] == "cat:cs.IR AND ti:retrieval"
    (note,) = (one for one in found if isinstance(one, Note))
    assert "450" in note.text
    assert "410" in note.text


def test_a_query_that_finds_nothing_is_told() -> None:
    with Services() as services:
        (found,) = read(services, "arxiv:ti:nothing")

    assert isinstance(found, BadRecord)


def test_arxiv_says_itself_what_is_wrong_with_a_query() -> None:
    with Services(many(1)) as services, pytest.raises(ProviderError, match=r"incorrect id format for \(ti:x"):
        read(services, "arxiv:(ti:x")


def test_an_empty_page_is_asked_for_again() -> None:
    empty = '<feed xmlns="http://www.w3.org/2005/Atom"><totalResults>3</totalResults></feed>'
    with Services(many(3)) as services:
        services.refuse = [(200, {}, empty)]
        found = read(services, "arxiv:ti:paper", retries=1)

    assert len(found) == 3


def test_a_service_that_is_busy_is_asked_again_after_the_time_it_wants() -> None:
    with Services({"2504.08758": HYPER}) as services:
        services.refuse = [(503, {"Retry-After": "0"}, "busy"), (429, {"Retry-After": "0"}, "slow down")]
        (found,) = read(services, "arxiv:2504.08758", retries=2)

    assert isinstance(found, Paper)
    assert len(services.requests) == 3


def test_a_service_that_wants_a_long_wait_is_left_alone() -> None:
    with Services({"2504.08758": HYPER}) as services:
        services.refuse = [(429, {"Retry-After": "600"}, "slow down")]
        with pytest.raises(ProviderError, match="wait 600 seconds"):
            read(services, "arxiv:2504.08758", retries=5)

    assert len(services.requests) == 1


def test_an_interrupted_run_goes_on_with_what_was_fetched() -> None:
    with Services(many(450)) as services:
        settings = services.settings(retries=0)
        (address,) = address_of("arxiv:ti:paper")
        reading = read_addresses([address], settings, 450)
        assert len([next(reading) for _ in range(210)]) == 210
        services.refuse = [(503, {}, "down")]
        with pytest.raises(ProviderError):
            list(reading)

        again = list(read_addresses([address], settings, 450))
        starts = [asked.query["start"] for asked in services.requests]

        assert len(again) == 450
        assert starts == ["0", "200", "400", "400"]
        assert list((settings.home / "fetched").iterdir()) == []
        list(read_addresses([address], settings, 450))
        assert len(services.requests) == 7  # all was read, so it is asked for anew


def test_a_service_elsewhere_is_asked_no_faster_than_it_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    with Services(many(450)) as services:
        monkeypatch.setattr("rag.providers.client.is_local", lambda address: False)
        (address,) = address_of("arxiv:ti:paper")
        list(read_addresses([address], services.settings(), 450, clock=Clock(now=lambda: 100.0, wait=waited.append)))

    assert waited == [3.0, 3.0]


def test_a_doi_is_asked_of_its_registry() -> None:
    with Services(works={"10.1000/spine(2023)1": WORK}) as services:
        found = read(services, "https://doi.org/10.1000/spine(2023)1", "doi:10.1000/none")

    paper, missing = found
    assert isinstance(paper, Paper)
    assert (paper.title, paper.abstract) == ("Deep learning for spines", "Spines are segmented with a U-Net.")
    assert paper.authors == ("Lena Okoye", "The Spine Group")
    assert (paper.published, paper.venue) == (datetime.date(2023, 5, 4), "Journal of Spines")
    assert (paper.doi, paper.source) == ("10.1000/spine(2023)1", "doi:10.1000/spine(2023)1")
    assert services.requests[0].headers["accept"].startswith("application/vnd.citationstyles.csl+json")
    assert isinstance(missing, BadRecord)
    assert missing.source == "doi:10.1000/none"


def test_a_library_of_zotero_is_read_whole_without_its_notes() -> None:
    items = [ITEM, NOTE] + [
        {"key": f"K{number}", "data": {**ITEM["data"], "key": f"K{number}", "title": f"Item {number}", "DOI": ""}}
        for number in range(148)
    ]
    with Services(items=items) as services:
        found = read(services, "zotero:")

    papers = [one for one in found if isinstance(one, Paper)]
    assert len(papers) == 149
    assert papers[0].title == "Kept in a library"
    assert papers[0].abstract == "It is about keeping."
    assert papers[0].authors == ("Ana Núñez",)
    assert (papers[0].venue, papers[0].doi) == ("Keepers", "10.1000/kept")
    assert papers[0].categories == ("keeping",)
    assert papers[0].source == "zotero:users/0/ABCD2345"
    assert [asked.path for asked in services.requests] == ["/local/users/0/items/top"] * 2
    assert "zotero-api-key" not in services.requests[0].headers


def test_a_library_at_zotero_org_needs_its_key() -> None:
    with Services(items=[ITEM], key="secret") as services:
        with pytest.raises(ProviderError, match="PAPERTRAIL_ZOTERO_KEY"):
            read(services, "zotero:users/12345")
        found = read(services, "zotero:users/12345/collections/QRST6789", zotero_key="secret")

    assert [type(one) for one in found] == [Paper]
    assert services.requests[-1].path == "/zotero/users/12345/collections/QRST6789/items/top"
    assert services.requests[-1].headers["zotero-api-version"] == "3"


@pytest.mark.parametrize("text", ["arxiv:2504.08758", "doi:10.1000/x", "zotero:", "zotero:groups/7"])
def test_without_network_one_sentence_says_so(text: str) -> None:
    url = closed_port_url()
    settings = Settings(arxiv_url=url, doi_url=url, zotero_url=url, zotero_local_url=url)

    with pytest.raises(ProviderError, match="cannot be reached at http://127.0.0.1:"):
        list(read_addresses(address_of(text), settings))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("arxiv:2504.08758", [("arxiv", "2504.08758")]),
        ("arXiv:cs/0501001v2, 2504.08758", [("arxiv", "cs/0501001v2"), ("arxiv", "2504.08758")]),
        ("2504.08758v3", [("arxiv", "2504.08758v3")]),
        ("https://arxiv.org/pdf/2504.08758v2.pdf", [("arxiv", "2504.08758v2")]),
        ("arxiv.org/abs/math.GT/0309136", [("arxiv", "math.GT/0309136")]),
        ("https://doi.org/10.48550/arXiv.2504.08758", [("arxiv", "2504.08758")]),
        ('arxiv:cat:cs.IR AND ti:"dense retrieval"', [("arxiv", 'cat:cs.IR AND ti:"dense retrieval"')]),
        ("arxiv:hypergraph retrieval", [("arxiv", "hypergraph retrieval")]),
        ("DOI:10.1000/x.y", [("doi", "10.1000/x.y")]),
        ("10.1000/x.y", [("doi", "10.1000/x.y")]),
        ("https://dx.doi.org/10.1000%2Fx", [("doi", "10.1000/x")]),
        ("zotero:", [("zotero", "users/0")]),
        ("zotero:12345", [("zotero", "users/12345")]),
        ("zotero:groups/77/collections/ABCD2345", [("zotero", "groups/77/collections/ABCD2345")]),
        ("zotero:collections/ABCD2345", [("zotero", "users/0/collections/ABCD2345")]),
        ("https://www.zotero.org/groups/77/name/library", [("zotero", "groups/77")]),
        ("papers.bib", []),
        ("C:\\papers\\mine.bib", []),
        ("some folder/2504.08758.pdf", []),
    ],
)
def test_addresses_are_understood(text: str, wanted: list[tuple[str, str]]) -> None:
    assert [(one.provider, one.wanted) for one in address_of(text)] == wanted


def test_a_line_names_one_query_or_many_papers() -> None:
    line = "arXiv: 2504.08758, https://doi.org/10.1000/x; 2105.00003 zotero:"

    assert [(one.provider, one.wanted) for one in addresses_in(line)] == [
        ("arxiv", "2504.08758"),
        ("doi", "10.1000/x"),
        ("arxiv", "2105.00003"),
        ("zotero", "users/0"),
    ]
    assert [one.wanted for one in addresses_in(" arxiv:ti:a OR ti:b ")] == ["ti:a OR ti:b"]
    with pytest.raises(SourceError, match="'hello' names no papers"):
        addresses_in("2504.08758 hello")


@pytest.mark.parametrize("text", ["arxiv:", "arxiv:2504.087", "doi:none", "zotero:groups/", "zotero:library of mine"])
def test_an_address_that_makes_no_sense_is_refused_before_anything_is_asked(text: str) -> None:
    with pytest.raises(SourceError):
        address_of(text)


@pytest.fixture
def services() -> Iterator[Services]:
    with Services({"2504.08758": HYPER}, {"10.1000/spine": WORK}, [ITEM]) as running:
        yield running


def test_papers_of_services_are_ingested_once(services: Services) -> None:
    wanted = ["arxiv:2504.08758", "doi:10.1000/spine", "zotero:"]

    first = ingest(wanted, settings=services.settings())
    second = ingest(wanted, settings=services.settings())

    assert (first.added, first.failed) == (3, ())
    assert (second.added, second.unchanged) == (0, 3)
