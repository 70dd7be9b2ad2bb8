"""Tiny data sets in the formats of the real ones; every word is made up."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

__all__ = ["healthver", "npl", "pubmedqa", "scifact"]

_ABSTRACTS = [
    (
        "11",
        "Moss on northern roofs",
        "['Moss grows on roofs.'\n \"It prefers the roof's north side.\"\n 'Sun slows it.']",
    ),
    ("12", "Copper strips", "['Copper strips keep roofs clean.' 'No moss was found below them.']"),
    ("13", "Sheep and clover", "['Sheep eat clover in spring.']"),
]
_CLAIMS = [
    {
        "id": 1,
        "claim": "Moss prefers the north side of roofs.",
        "evidence": {"11": [{"sentences": [1], "label": "SUPPORT"}]},
        "cited_doc_ids": [11],
    },
    {
        "id": 2,
        "claim": "Moss was found below copper strips.",
        "evidence": {"12": [{"sentences": [1], "label": "CONTRADICT"}]},
        "cited_doc_ids": [12, 13],
    },
]


def scifact(data: Path) -> Path:
    """Three abstracts and two claims."""
    folder = data / "scifact"
    folder.mkdir(parents=True)
    with gzip.open(folder / "corpus.csv.gz", "wt", encoding="utf-8", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(["doc_id", "title", "abstract", "structured"])
        writer.writerows([*row, "False"] for row in _ABSTRACTS)
    (folder / "claims_dev.jsonl").write_text("".join(json.dumps(claim) + "\n" for claim in _CLAIMS), encoding="utf-8")
    return data


def npl(data: Path) -> Path:
    """Three abstracts, one of them empty, and two queries."""
    folder = data / "npl"
    folder.mkdir(parents=True)
    (folder / "doc-text").write_text(
        "1\nmoss grows on the northern\nroofs of houses and barns in wet years and hardly ever elsewhere\n   /\n"
        "2\ncopper strips\n   /\n3\n   /\n   /\n",
        encoding="utf-8",
    )
    (folder / "query-text").write_text("1\nMOSS ON ROOFS\n/\n2\nCOPPER\n/\n", encoding="utf-8")
    (folder / "rlv-ass").write_text("1\n     1     2\n   /\n2\n    2\n   /\n", encoding="utf-8")
    return data


def pubmedqa(data: Path) -> Path:
    """Two questions with their abstracts."""
    folder = data / "pubmedqa"
    folder.mkdir(parents=True)
    records = {
        "7": {
            "QUESTION": "Does moss prefer the north side of roofs?",
            "CONTEXTS": ["Moss grows on roofs.", "Nine of ten plants of moss grew on the north side of roofs."],
            "final_decision": "yes",
        },
        "8": {
            "QUESTION": "Do sheep prefer clover?",
            "CONTEXTS": "['Sheep were offered clover and grass.' \"The sheep's choice differed by day.\"]",
            "final_decision": "maybe",
        },
    }
    (folder / "ori_pqal.json").write_text(json.dumps(records), encoding="utf-8")
    return data


def healthver(data: Path) -> Path:
    """Four pairs: one stands twice, one has two labels."""
    folder = data / "healthver"
    folder.mkdir(parents=True)
    rows = [
        ["1", "Moss prefers the north side of roofs.", "Moss prefers the north side of roofs", "Supports"],
        ["2", "Moss prefers the north side of roofs.", "Moss prefers the north side of roofs", "Supports"],
        ["3", "No moss was found below copper strips.", "Sheep eat 7 kilograms of clover", "Neutral"],
        ["4", "Sun slows moss.", "Sun feeds moss", "Refutes"],
        ["5", "Sun slows moss.", "Sun feeds moss", "Neutral"],
    ]
    with (folder / "healthver_dev.csv").open("w", encoding="utf-8", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(["id", "evidence", "claim", "label", "topic_ip", "question"])
        writer.writerows([*row, "1", "What of moss?"] for row in rows)
    return data
