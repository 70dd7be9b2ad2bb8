from __future__ import annotations

import shutil
import signal
import urllib.request
from pathlib import Path

import pytest

from rag.index.layout import layout_of
from rag.settings import load_settings
from tests.ui.command import Papertrail, start, write_papers


@pytest.fixture
def library(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Papertrail:
    papertrail = Papertrail(capsys)
    assert papertrail("ingest", write_papers(tmp_path)).code == 0
    return papertrail


def test_doctor_prints_a_line_a_check(library: Papertrail) -> None:
    done = library("doctor")

    assert done.code == 0
    assert {line.split()[0] for line in done.out.splitlines()} == {"ok"}
    assert {line.split()[1] for line in done.out.splitlines()} >= {"python:", "settings:", "embedding:", "collection:"}


def test_doctor_fails_when_a_check_does_and_repairs(library: Papertrail) -> None:
    shutil.rmtree(layout_of(load_settings(), "papers").lexical)

    broken = library("doctor", "--json")
    mended = library("doctor", "--repair", "--json")

    assert (broken.code, broken.json["ok"]) == (1, False)
    assert [check["name"] for check in broken.json["checks"] if check["status"] == "fail"] == ["collection"]
    assert (mended.code, mended.json["ok"]) == (0, True)
    assert library("doctor").code == 0


def test_doctor_reports_settings_that_make_no_sense(library: Papertrail, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERTRAIL_MODEL", "gpt")

    done = library("doctor")

    assert done.code == 1
    assert "fail  settings: " in done.out


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
def test_chat_lets_no_other_machine_in_without_a_password(library: Papertrail, host: str) -> None:
    assert library("chat", "--host", host, "--port", "0").code == 2


def test_chat_wants_user_and_password_together(library: Papertrail, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERTRAIL_PAGE_USER", "ada")

    done = library("chat")

    assert done.code == 2
    assert "page_password" in done.err


@pytest.mark.usefixtures("library")
def test_chat_prints_its_address_and_serves_the_page_until_interrupted() -> None:
    process = start("chat", "--port", "0")
    assert process.stdout is not None
    address = process.stdout.readline().split()[-1]
    with urllib.request.urlopen(address, timeout=60) as page:
        text = page.read().decode()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)

    assert address.startswith("http://127.0.0.1:")
    assert "Papertrail" in text
    assert process.returncode in (0, 130)
    assert "Traceback" not in err
