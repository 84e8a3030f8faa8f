"""The installed command, from outside: documents through pipes, and the demonstration."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

import policy_text
from tests.processes.serving import CLAUSE, DRAFT, SEND, SLUG, environment, portal, serving, until

SHIPPED = Path(policy_text.__file__).parent / "drafts" / SLUG / "v1"
SCRIPT = Path(sys.executable).with_name("portal")


def script(
    data: Path, *arguments: str, send: bytes | None = None, **settings: str
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [str(SCRIPT), *arguments],
        env=environment(data, **settings),
        cwd=data.parent,
        input=send,
        stdin=subprocess.DEVNULL if send is None else None,
        capture_output=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("language", ["en", "ur"])
def test_the_shipped_draft_goes_through_join_and_split_byte_for_byte(tmp_path: Path, language: str) -> None:
    data = tmp_path / "data"
    joined = script(data, "draft", "join", str(SHIPPED), "--language", language)
    (tmp_path / "document.md").write_bytes(joined.stdout)

    made = script(data, "draft", "split", "document.md", "--into", "again", "--language", language)
    again = script(data, "draft", "join", "again", "--language", language)

    assert (joined.returncode, made.returncode, again.returncode) == (0, 0, 0)
    assert joined.stdout.count(b"\n### ") == 78
    assert again.stdout == joined.stdout
    shipped = {file.name: file.read_bytes() for file in (SHIPPED / language).iterdir()}
    assert {file.name: file.read_bytes() for file in (tmp_path / "again" / language).iterdir()} == shipped
    assert not data.exists()


def test_a_document_with_every_line_ending_goes_through_pipes_byte_for_byte(tmp_path: Path) -> None:
    text = "\ufeff# Title\r\n\r\nBefore.\r\n## 1.1 One\rold\n### 1.1.1 نکتہ \u0000\n```\n# no heading\n```"
    document = text.encode()

    made = script(tmp_path / "data", "draft", "split", "/dev/stdin", "--into", "made", send=document)
    joined = script(tmp_path / "data", "draft", "join", "made")

    assert made.returncode == 0, made.stderr
    assert joined.stdout == document


def test_the_script_and_the_module_are_the_same_program(tmp_path: Path) -> None:
    by_module = portal(tmp_path / "data", "settings")
    by_script = script(tmp_path / "data", "settings")

    assert by_script.stdout == by_module.stdout
    assert b"PORTAL_DATA_DIR=" in by_script.stdout


def test_the_themes_engine_answers_through_pipes_without_any_data(tmp_path: Path) -> None:
    texts = ["کیمروں کے لیے عدالت کا حکم ضروری ہو۔", "Train the teachers first."]
    points = ["Cameras need a warrant of a court.", "Teachers need training."]
    request = json.dumps({"op": "match", "texts": texts, "points": points})
    answered = script(tmp_path / "data", "themes", "engine", send=request.encode() + b"\n")

    assert answered.returncode == 0, answered.stderr
    scores = json.loads(answered.stdout)
    assert scores[0][0] > scores[0][1]
    assert scores[1][1] > scores[1][0]
    assert not (tmp_path / "data").exists()


def test_an_embedder_that_cannot_be_reached_is_one_sentence_without_its_key(tmp_path: Path) -> None:
    url = "openai+http://secret@127.0.0.1:1/v1?model=small"
    request = b'{"op": "match", "texts": ["a text"], "points": []}\n'
    refused = script(tmp_path / "data", "themes", "engine", send=request, PORTAL_EMBEDDER_URL=url)

    assert refused.returncode == 2
    assert refused.stdout == b""
    assert refused.stderr == b"the embedder 127.0.0.1:1 cannot be reached (ConnectError)\n"


def test_a_refusal_is_one_sentence_and_leaves_no_data_dir(tmp_path: Path) -> None:
    refused = portal(tmp_path / "data", "search", "camera")

    assert refused.returncode == 2
    assert refused.stdout == b""
    assert refused.stderr == f"There is no data in {tmp_path / 'data'}. Start with: portal migrate\n".encode()
    assert not (tmp_path / "data").exists()


def test_the_demonstration_is_loaded_once_and_its_link_signs_in_once(tmp_path: Path) -> None:
    data = tmp_path / "data"
    totals, links = [], []
    for _ in range(2):
        with serving(data, "--demo") as served:
            answer = served.client.get("/api/v1/search", params={"consultation": SLUG, "limit": 1}).json()
            totals.append(answer["total"])
            links.append(next(line.split()[-1] for line in served.said.splitlines() if "the desk " in line))
            used = [served.client.post(links[-1], headers={"Origin": served.address}) for _ in range(2)]
            assert [answer.status_code for answer in used] == [303, 404]
            until(lambda: portal(data, "check").returncode == 0, "check finds nothing wrong")

    assert totals == [367, 367]
    assert links[0] != links[1]
    reports = {file.suffix: file.read_bytes() for file in (data / "reports").iterdir()}
    assert set(reports) == {".csv", ".docx", ".html", ".json", ".pdf", ".xlsx"}
    assert json.loads(reports[".json"])["totals"]["published"] == 367
    assert len(json.loads(reports[".json"])["themes"]) > 3


def test_the_demonstration_refuses_data_with_a_real_comment(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serving(data) as served:
        sent = {"comments": [{"clause": CLAUSE, "body": "A real comment."}]}
        receipt = served.client.post(SEND, json=sent).json()["receipt"]

    refused = portal(data, "serve", "--demo", "--port", "0")

    assert refused.returncode == 2
    assert b"Traceback" not in refused.stderr
    assert refused.stderr.count(b"\n") == 1
    with serving(data) as served:
        assert served.client.get(f"/api/v1/receipts/{receipt}").status_code == 200
        assert served.client.get(f"{DRAFT}/clauses/{CLAUSE}/comments").json()["total"] == 1


def test_an_ordinary_start_publishes_the_draft_and_an_empty_one_nothing(tmp_path: Path) -> None:
    with serving(tmp_path / "plain") as served:
        plain = slugs(served.client)
    with serving(tmp_path / "bare", "--empty") as served:
        bare = slugs(served.client)

    assert (plain, bare) == ([SLUG], [])
    assert oct((tmp_path / "plain").stat().st_mode & 0o777) == "0o700"


def slugs(client: httpx.Client) -> list[str]:
    return [item["slug"] for item in client.get("/api/v1/consultations").json()["items"]]
