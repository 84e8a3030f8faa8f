"""consultation.toml: what is read, and what is said about each mistake."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from policy_text.consultation import ConsultationText, find, read

GOOD = """# A consultation
contact = "Policy Wing"
closes_at = "P60D"
languages = ["en", "ur"]

[title]
en = "Policy"
ur = "پالیسی"

[summary]
en = "Read it."
ur = "پڑھیے۔"

[ministry]
en = "Ministry"
ur = "وزارت"
"""


def consultation(folder: Path, text: str) -> ConsultationText:
    file = folder / "consultation.toml"
    file.write_text(text, encoding="utf-8")
    found, problems = read(file, "consultation.toml")
    assert problems == []
    assert found is not None
    return found


def problems(folder: Path, text: str) -> list[str]:
    file = folder / "consultation.toml"
    file.write_text(text, encoding="utf-8")
    found, mistakes = read(file, "consultation.toml")
    assert found is None
    return [str(mistake).removeprefix("consultation.toml:") for mistake in mistakes]


def test_a_short_file_has_sensible_defaults(tmp_path: Path) -> None:
    assert consultation(tmp_path, GOOD) == ConsultationText(
        title={"en": "Policy", "ur": "پالیسی"},
        summary={"en": "Read it.", "ur": "پڑھیے۔"},
        ministry={"en": "Ministry", "ur": "وزارت"},
        contact="Policy Wing",
        source={},
        restatement=False,
        notice={},
        opens_at=None,
        closes_at=timedelta(days=60),
        moderation="after",
        languages=("en", "ur"),
    )


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ('"2026-12-31T23:59:00+05:00"', datetime(2026, 12, 31, 18, 59, tzinfo=UTC)),
        ("2026-12-31T23:59:00+05:00", datetime(2026, 12, 31, 18, 59, tzinfo=UTC)),
        ('"2026-12-31T18:59:00Z"', datetime(2026, 12, 31, 18, 59, tzinfo=UTC)),
        ('"P2W"', timedelta(days=14)),
        ('"P1DT12H30M"', timedelta(days=1, hours=12, minutes=30)),
    ],
)
def test_the_end_is_an_instant_or_a_duration(
    tmp_path: Path, written: str, instant: datetime | timedelta
) -> None:
    assert consultation(tmp_path, GOOD.replace('"P60D"', written)).closes_at == instant


@pytest.mark.parametrize(
    "written",
    ['"soon"', '"P"', '"PT"', '"60D"', "2026-12-31", "2026-12-31T10:00:00", '"2026-12-31T10:00:00"', "60"],
)
def test_another_end_is_refused(tmp_path: Path, written: str) -> None:
    assert problems(tmp_path, GOOD.replace('"P60D"', written)) == [
        "3: closes_at is not a time. "
        'Write an instant with its offset, as in 2026-12-31T23:59:00+05:00, or a duration such as "P60D".'
    ]


def test_a_duration_lies_within_ten_years(tmp_path: Path) -> None:
    sentence = "3: closes_at must lie between a minute and 3660 days ahead."

    assert problems(tmp_path, GOOD.replace("P60D", "P0D")) == [sentence]
    assert problems(tmp_path, GOOD.replace("P60D", "P9999D")) == [sentence]


def test_it_opens_before_it_closes(tmp_path: Path) -> None:
    text = GOOD.replace('"P60D"', "2026-01-01T00:00:00Z\nopens_at = 2026-02-01T00:00:00Z")

    assert problems(tmp_path, text) == ["3: The consultation closes before it opens."]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ('contact = "Policy Wing"\n', "", ["1: The entry contact is missing."]),
        ('contact = "Policy Wing"', "contact = 3", ["2: contact must be a text in quotation marks."]),
        ('ur = "پالیسی"\n', "", ["6: title has no text for ur."]),
        ('ur = "پالیسی"', 'ur = " "', ["6: title has no text for ur.", "6: title has no text for ur."]),
        ('["en", "ur"]', '["fr"]', ['4: languages must be a list of en and ur, as in ["en", "ur"].']),
        ('["en", "ur"]', "[]", ['4: languages must be a list of en and ur, as in ["en", "ur"].']),
        ("# A consultation", "moderation = 'never'", ['1: moderation must be "after" or "before".']),
        (
            "# A consultation",
            "restatement = 'yes'",
            ["1: restatement must be true or false, without quotation marks."],
        ),
        (
            "# A consultation",
            "restatement = true",
            ["1: The entry source is missing.", "1: The entry notice is missing."],
        ),
        (
            '[title]\nen = "Policy"',
            '[title]\nfr = "Politique"\nen = "Policy"',
            ["6: title has an entry fr; only en and ur are known."],
        ),
    ],
)
def test_each_mistake_is_said_with_its_line(
    tmp_path: Path, before: str, after: str, expected: list[str]
) -> None:
    assert problems(tmp_path, GOOD.replace(before, after)) == expected


def test_an_unknown_entry_is_a_mistake(tmp_path: Path) -> None:
    assert problems(tmp_path, GOOD + "\n[titel]\nen = 'Policy'\n") == [
        "18: The entry titel is not known; the known ones are title, summary, ministry, contact, source, "
        "restatement, notice, opens_at, closes_at, moderation, languages and questions."
    ]


def test_all_mistakes_are_said_at_once(tmp_path: Path) -> None:
    assert len(problems(tmp_path, "moderation = 1\n")) == 7


def test_broken_toml_is_said_with_its_line(tmp_path: Path) -> None:
    assert problems(tmp_path, 'contact = "a"\ntitle == 3\n') == ["2: This is not valid TOML: invalid value."]


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "consultation.toml"
    file.write_bytes(b"a = 1\nb = '\xff'\n")

    assert [str(problem) for problem in read(file, "x")[1]] == ["x:2: The file is not UTF-8 text."]


def test_one_language_needs_no_texts_in_the_other(tmp_path: Path) -> None:
    text = GOOD.replace('["en", "ur"]', '["en"]').replace('ur = "پالیسی"\n', "")

    assert consultation(tmp_path, text).languages == ("en",)


def test_the_file_in_the_version_folder_goes_before_the_one_above(tmp_path: Path) -> None:
    version = tmp_path / "v1"
    version.mkdir()
    assert find(version) is None

    (tmp_path / "consultation.toml").touch()
    assert find(version) == tmp_path / "consultation.toml"

    (version / "consultation.toml").touch()
    assert find(version) == version / "consultation.toml"
