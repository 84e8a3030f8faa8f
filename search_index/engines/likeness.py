"""More like this: the words that tell most about a text, as something to look for."""

from __future__ import annotations

import math
from collections import Counter

from search_index.analysis import FUNCTION_WORDS, is_arabic_script, stem, words
from search_index.engines.scoring import rarity
from search_index.expansion import Words
from search_index.query import Or, Query, Word
from search_index.synonyms import Glossary, glossary

MOST_TELLING = 10
MOST_READ = 300
"""Words of a text that are looked at."""
FEWEST_SHARED = 2
"""Telling words that a like document must have: one alone is chance."""
SHORTEST, SHORTEST_ARABIC = 3, 2


def telling(text: str, known: Words, documents: int, synonyms: Glossary | None) -> Query:
    """A query for the most telling words of a text, any of them.

    Telling is what is frequent in the text and rare in the index (tf-idf), where more than this text has it
    in some writing.
    """
    forms = [form for form in words(text)[:MOST_READ] if _may_tell(form)]
    often = Counter(map(stem, forms))
    first = {stem(form): form for form in reversed(forms)}
    meant = synonyms or glossary()
    weights = []
    for stem_, times in often.items():
        having = sum(known.count(form) for form in known.same_stem(stem_))
        having += sum(
            known.count(one.forms[0]) for one in meant.others((first[stem_],)) if len(one.forms) == 1
        )
        if having > 1:
            weight = (1 + math.log(times)) * rarity(documents, min(having, documents))
            weights.append((-weight, stem_))
    chosen = tuple(Word(first[stem_]) for _, stem_ in sorted(weights)[:MOST_TELLING])
    return Query(root=Or(chosen), glossary=meant)


def _may_tell(form: str) -> bool:
    least = SHORTEST_ARABIC if is_arabic_script(form) else SHORTEST
    return len(form) >= least and not form[0].isdigit() and form not in FUNCTION_WORDS
