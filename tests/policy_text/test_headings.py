"""Numbers and titles in the text of a heading."""

import pytest

from policy_text.headings import plain, read_label


@pytest.mark.parametrize(
    ("text", "number", "title"),
    [
        ("Part 2 — Vision", "2", "Vision"),
        ("Part 2: Vision", "2", "Vision"),
        ("PART 2", "2", ""),
        ("Part IV - Governance", "4", "Governance"),
        ("Chapter Three: Scope", "3", "Scope"),
        ("Chapter 12. Scope", "12", "Scope"),
        ("**Part 2 — Vision**", "2", "Vision"),
        ("حصہ 2 — نصب العین", "2", "نصب العین"),
        ("حصہ ۲ — نصب العین", "2", "نصب العین"),
        ("\u200fباب اوّل: ابتدائی امور", "1", "ابتدائی امور"),
        ("باب ٣ ۔ عنوان", "3", "عنوان"),
    ],
)
def test_a_part_has_its_number_in_english_and_urdu(text: str, number: str, title: str) -> None:
    label = read_label(text)

    assert (label.number, label.is_part, label.title) == (number, True, title)


@pytest.mark.parametrize(
    ("text", "number", "title"),
    [
        ("2.2 Objectives", "2.2", "Objectives"),
        ("2.2. Objectives", "2.2", "Objectives"),
        ("2\\.2\\. Objectives", "2.2", "Objectives"),
        ("2.2.3 — Effect", "2.2.3", "Effect"),
        ("**2.2.3** Effect", "2.2.3", "Effect"),
        ("2.2.3.1 Below", "2.2.3.1", "Below"),
        ("۲.۲.۳ متوقع اثر", "2.2.3", "متوقع اثر"),
        ("۲۔۲ مقاصد", "2.2", "مقاصد"),
        ("1.1 (1) and *more*", "1.1", "(1) and more"),
        ("2. Title", "2", "Title"),
        ("2\\) Title", "2", "Title"),
        ("2 — Title", "2", "Title"),
        ("2.2", "2.2", ""),
    ],
)
def test_a_number_begins_the_heading(text: str, number: str, title: str) -> None:
    label = read_label(text)

    assert (label.number, label.is_part, label.title) == (number, False, title)


@pytest.mark.parametrize(
    "text",
    [
        "Part of the plan",
        "Partners",
        "2026 targets",
        "5 principles",
        "1.5-degree target",
        "3rd review",
        "12.11.2023 x",
        "The 2.2 objective",
        "باب",
        "حصہ داری",
        "2.2x",
        "Article 5",
    ],
)
def test_other_headings_have_no_number(text: str) -> None:
    assert read_label(text).number is None
    assert read_label(text).title == text


def test_a_title_is_plain_text() -> None:
    assert plain("The *high-risk* `AI` [system](https://example.org) \\& snake_case &amp; __more__") == (
        "The high-risk AI system & snake_case & more"
    )
