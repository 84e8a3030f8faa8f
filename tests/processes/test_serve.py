"""`portal serve` as real processes: two web processes and a worker on one data dir."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.processes.serving import CLAUSE, DRAFT, SEND, SLUG, VERSION, Served, portal, serving, until

AT_CLAUSE = f"/en/{SLUG}/{VERSION}/{CLAUSE}"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The shipped draft without comments, served by two web processes."""
    with serving(tmp_path_factory.mktemp("served") / "data", "--workers", "2") as running:
        yield running


def comment(body: str) -> dict[str, Any]:
    return {"comments": [{"clause": CLAUSE, "body": body}]}


def found(served: Served, word: str) -> int:
    answer = served.client.get("/api/v1/search", params={"q": word}).json()
    return 0 if answer["rebuilding"] else int(answer["total"])


def says_everything_agrees(served: Served) -> bool:
    return portal(served.data, "check").stdout == b"Everything agrees.\n"


def spread(served: Served, least: int) -> list[httpx.Client]:
    """At least 50 open connections, `least` or more of them to each web process."""

    def sockets() -> dict[int, int]:
        folders = {pid: Path(f"/proc/{pid}/fd") for pid in served.web_processes()}
        links = {pid: [_link(link) for link in folder.iterdir()] for pid, folder in folders.items()}
        return {pid: sum(link.startswith("socket:") for link in names) for pid, names in links.items()}

    clients: list[httpx.Client] = []
    before = sockets()

    def enough() -> bool:
        for _ in range(50 - len(clients) if len(clients) < 50 else 5):
            clients.append(httpx.Client(base_url=served.address, timeout=30, verify=False, trust_env=False))
            assert clients[-1].get("/healthz").status_code == 200
        now = sockets()
        return len(before) == 2 and all(now[pid] - before[pid] >= least for pid in before)

    until(enough, "both web processes hold connections")
    return clients


def _link(path: Path) -> str:
    try:
        return str(path.readlink())
    except FileNotFoundError:
        return ""


def at_once(clients: list[httpx.Client], send: Any) -> list[httpx.Response]:
    """One request by each client, all at the same time."""
    with ThreadPoolExecutor(len(clients)) as threads:
        answers = list(threads.map(send, clients))
    for client in clients:
        client.close()
    return answers


def test_fifty_posts_at_once_with_one_key_make_one_comment_with_one_receipt(served: Served) -> None:
    before = served.client.get(f"{DRAFT}/clauses/{CLAUSE}/comments").json()["total"]
    key = {"Idempotency-Key": "one key for fifty posts"}

    answers = at_once(
        spread(served, 5),
        lambda client: client.post(SEND, json=comment("One voice, sent often."), headers=key),
    )

    assert len(answers) >= 50
    assert sorted(answer.status_code for answer in answers) == [200] * (len(answers) - 1) + [201]
    assert len({answer.json()["receipt"] for answer in answers}) == 1
    assert len({answer.json()["comments"][0]["id"] for answer in answers}) == 1
    assert served.client.get(f"{DRAFT}/clauses/{CLAUSE}/comments").json()["total"] == before + 1


def test_fifty_forms_at_once_with_one_token_make_one_comment_with_one_receipt(served: Served) -> None:
    before = served.client.get(f"{DRAFT}/clauses/{CLAUSE}/comments").json()["total"]
    page = served.client.get(AT_CLAUSE).text
    token = re.findall(r'name="token" value="([^"]+)"', page)[0]
    form = {"body": "ایک ہی آواز، بار بار بھیجی گئی۔", "position": "oppose", "token": token}

    answers = at_once(spread(served, 5), lambda client: client.post(f"{AT_CLAUSE}/comments", data=form))

    assert {answer.status_code for answer in answers} == {303}
    places = {answer.headers["location"] for answer in answers}
    assert len(places) == 1
    assert form["body"] in served.client.get(places.pop()).text
    assert served.client.get(f"{DRAFT}/clauses/{CLAUSE}/comments").json()["total"] == before + 1


def test_fifty_presses_of_add_to_my_answers_at_once_begin_one_sheet(served: Served) -> None:
    page = served.client.get(AT_CLAUSE).text
    token = re.findall(r'name="token" value="([^"]+)"', page)[0]
    form = {"body": "Kept once, however often it is pressed.", "act": "keep", "token": token}

    answers = at_once(spread(served, 5), lambda client: client.post(f"{AT_CLAUSE}/comments", data=form))

    assert {answer.status_code for answer in answers} == {303}
    places = {answer.headers["location"] for answer in answers}
    assert len(places) == 1
    assert form["body"] in served.client.get(places.pop()).text
    with sqlite3.connect(served.data / "portal.db") as database:
        assert database.execute("SELECT count(*) FROM sheet").fetchone() == (1,)


def test_a_comment_is_found_within_three_seconds(served: Served) -> None:
    served.client.post(SEND, json=comment("Wake the worker with quokkas."))
    until(lambda: found(served, "quokkas"), "the worker is awake")

    served.client.post(SEND, json=comment("Put okapis on the bank notes."))

    until(lambda: found(served, "okapis") == 1, "the comment is found", within=3)
    assert "okapis" in served.client.get(f"/ur/{SLUG}/search", params={"q": "okapi"}).text


def test_a_deleted_index_heals_while_serving(served: Served) -> None:
    served.client.post(SEND, json=comment("Said before the index went: capybaras."))
    until(lambda: found(served, "capybaras"), "the comment is found")

    shutil.rmtree(served.data / "search")
    served.client.post(SEND, json=comment("Said after the index went: axolotls."))

    until(lambda: found(served, "capybaras") and found(served, "axolotls"), "both comments are found")
    until(lambda: says_everything_agrees(served), "check says that everything agrees")
    assert (served.data / "search").stat().st_mode & 0o777 == 0o700


def test_garbage_in_the_index_heals_while_serving(served: Served) -> None:
    served.client.post(SEND, json=comment("Said before the garbage: tapirs."))
    until(lambda: found(served, "tapirs"), "the comment is found")

    for file in (served.data / "search").rglob("*"):
        if file.is_file():
            file.write_bytes(b"\x00garbage\xff" * 40)
    served.client.post(SEND, json=comment("Said after the garbage: wombats."))

    until(lambda: found(served, "tapirs") and found(served, "wombats"), "both comments are found")
    until(lambda: says_everything_agrees(served), "check says that everything agrees")


def test_pages_and_posts_go_on_while_there_is_no_index(served: Served) -> None:
    shutil.rmtree(served.data / "search")

    search = served.client.get(f"/en/{SLUG}/search", params={"q": "camera"})
    sent = served.client.post(SEND, json=comment("A comment needs no index: pangolins."))

    assert search.status_code == 200
    assert sent.status_code == 201
    until(lambda: found(served, "pangolins"), "the comment is found")


def test_a_web_process_that_dies_is_started_again(served: Served) -> None:
    before = set(served.web_processes())
    os.kill(min(before), 9)

    until(lambda: len(set(served.web_processes()) - before) == 1, "another web process is there")

    assert served.client.get(f"/en/{SLUG}/").status_code == 200
    assert max(before) in served.web_processes()
