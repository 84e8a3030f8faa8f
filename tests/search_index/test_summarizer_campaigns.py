"""One text from many people is one campaign: exact, never chained, with those counted who added words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from benchmarks.planted import planted
from search_index.summarizer import Campaign, CommentText, open_embedder, open_summarizer
from search_index.summarizer.campaigns import campaigns
from search_index.summarizer.voices import read

LETTER = (
    "We ask the ministry to stop live face recognition in all public places until a court has given a "
    "warrant for each operation, and to publish every year how often the police used it and against whom."
)


def comments(*texts: str, people: Iterable[str | None] | None = None) -> list[CommentText]:
    persons = list(people or [None] * len(texts))
    return [
        CommentText(f"C-{number:04d}", text, None, "en", None, persons[number - 1])
        for number, text in enumerate(texts, 1)
    ]


def found(sent: list[CommentText]) -> tuple[Campaign, ...]:
    voices = read(sent)
    return campaigns([voices.comments[place] for place in group] for group in voices.groups)


def test_planted_letters_are_found_with_their_edits_names_and_added_sentences() -> None:
    made = planted(2_000, letters=6, seed=11)

    labels = {c: number for number, own in enumerate(found(made.comments)) for c in own.comment_ids}

    both = pairs(Counter((made.letters[c], labels[c]) for c in labels if c in made.letters))
    there, told = pairs(Counter(made.letters.values())), pairs(Counter(labels.values()))
    assert 2 * both / (there + told) >= 0.97


def pairs(sizes: Counter[int] | Counter[tuple[int, int]]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes.values())


def test_nearly_all_added_sentences_are_counted_and_no_filled_in_names() -> None:
    made = planted(2_000, letters=6, seed=11)

    added = {c for own in found(made.comments) for c in own.own_additions}

    assert len(added & made.added) >= 0.95 * len(made.added)
    assert len(added - made.added) <= 0.02 * len(added)


def test_one_text_three_people_and_one_with_words_of_her_own() -> None:
    own = f"{LETTER} My cousin was stopped twice because of it."

    (campaign,) = found(comments(LETTER, own, LETTER.upper(), "Teachers first, cameras later."))

    assert campaign.comment_ids == ("C-0001", "C-0002", "C-0003")
    assert (campaign.people, campaign.distinct, campaign.letter_id) == (3, 3, "C-0001")
    assert campaign.own_additions == ("C-0002",)


def test_one_person_who_sends_a_text_on_five_clauses_is_no_campaign() -> None:
    assert found(comments(*[LETTER] * 5, people=["P-1"] * 5)) == ()
    assert found(comments(*[LETTER] * 3, people=["P-1", "P-1", "P-2"])) == ()


def test_a_letter_inside_a_longer_text_is_not_joined_to_it() -> None:
    longer = f"{LETTER} " + " ".join(f"Our street number {word} wants light." for word in "abcdefghijklm")

    (campaign,) = found(comments(LETTER, LETTER, LETTER, longer))

    assert campaign.comment_ids == ("C-0001", "C-0002", "C-0003")


def test_two_letters_with_a_text_between_them_stay_two_campaigns() -> None:
    words = LETTER.split()
    middle = " ".join([*words[:-2], "and", "why"])
    other = " ".join(["Please", "tell", "our", *words[3:-2], "and", "why"])

    sent = [LETTER] * 4 + [middle] + [other] * 4

    assert [own.comment_ids[0] for own in found(comments(LETTER, middle, middle))] == ["C-0001"]
    assert [own.comment_ids[0] for own in found(comments(middle, other, other))] == ["C-0001"]
    assert [len(own.comment_ids) for own in found(comments(*sent))] == [5, 4]


def test_words_that_were_added_are_heard_beside_the_letter() -> None:
    added = [
        f"{LETTER} {own}"
        for own in (
            "School teachers need proper training before the cameras come.",
            "Train the school teachers first with proper training.",
        )
    ]
    schools = [
        "Proper training for school teachers comes first.",
        "School teachers want proper training.",
        "Load shedding hurts us, where will data centres get electricity?",
        "Data centres take electricity while load shedding grows.",
        "No electricity at home and load shedding all day because of data centres.",
        "Electricity for data centres means more load shedding.",
        "Publish the electricity that data centres take during load shedding.",
    ]

    suggestion = open_summarizer("extractive:", open_embedder("tfidf:")).suggest(
        comments(*[LETTER] * 5, *added, *schools)
    )

    (school,) = [theme for theme in suggestion.themes if "C-0008" in theme.comment_ids]
    assert {"C-0006", "C-0007", "C-0008", "C-0009"} <= set(school.comment_ids)
    assert "C-0001" not in school.comment_ids
