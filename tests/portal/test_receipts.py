"""Receipt codes: the same key gives the same code, a wrong symbol is caught, loose typing is read."""

from __future__ import annotations

import hmac
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.services import receipts

SECRET = "a secret key for tests, 32 letters"
SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
keys = st.binary(min_size=1, max_size=60)


def by_hand(consultation: str, key: bytes) -> str:
    """The rule written out once more, from the definition."""
    n = 0
    while True:
        message = consultation.encode() + b"\x00" + key + b"\x00" + str(n).encode()
        bits = int(hmac.new(SECRET.encode(), message, sha256).hexdigest()[:32], 16)
        check = (SYMBOLS + "*~$=U")[bits % 37]
        if check in SYMBOLS:
            break
        n += 1
    symbols = "".join(SYMBOLS[(bits >> (5 * place)) & 31] for place in range(25, -1, -1)) + check
    return "-".join(
        (symbols[:5], symbols[5:10], symbols[10:15], symbols[15:20], symbols[20:25], symbols[25:])
    )


@given(keys)
def test_a_code_follows_from_secret_consultation_and_key(key: bytes) -> None:
    assert receipts.make(SECRET, "tree-policy", key) == by_hand("tree-policy", key)


@given(keys)
def test_a_code_is_27_symbols_in_groups_of_five(key: bytes) -> None:
    groups = receipts.make(SECRET, "tree-policy", key).split("-")
    assert [len(group) for group in groups] == [5, 5, 5, 5, 5, 2]
    assert set("".join(groups)) <= set(SYMBOLS)


@given(keys)
def test_a_code_is_read_as_it_was_made(key: bytes) -> None:
    code = receipts.make(SECRET, "tree-policy", key)
    assert receipts.read(code) == code


@given(keys, st.randoms(use_true_random=False))
def test_case_hyphens_and_look_alikes_make_no_difference(key: bytes, chance: object) -> None:
    code = receipts.make(SECRET, "tree-policy", key)
    loose = code.replace("-", " ").lower().replace("0", "o").replace("1", "l")
    assert receipts.read(loose) == code
    assert receipts.read(code.replace("-", "").replace("1", "I")) == code


@given(keys, st.integers(0, 26), st.sampled_from(SYMBOLS))
def test_one_wrong_symbol_is_caught(key: bytes, place: int, symbol: str) -> None:
    code = receipts.make(SECRET, "tree-policy", key).replace("-", "")
    wrong = code[:place] + symbol + code[place + 1 :]
    assert receipts.read(wrong) is None or wrong == code


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_without_an_error(text: str) -> None:
    read = receipts.read(text)
    assert read is None or receipts.read(read) == read


@pytest.mark.parametrize("text", ["", "-", "U" * 27, "Z" * 27, "0" * 26, "0" * 28, "0" * 300, "۰" * 27])
def test_what_cannot_be_a_code_is_none(text: str) -> None:
    assert receipts.read(text) is None


def test_another_consultation_or_secret_gives_another_code() -> None:
    codes = {
        receipts.make(SECRET, "tree-policy", b"k"),
        receipts.make(SECRET, "water-policy", b"k"),
        receipts.make(SECRET + "x", "tree-policy", b"k"),
    }
    assert len(codes) == 3


def test_the_digest_is_over_the_symbols_alone() -> None:
    code = receipts.make(SECRET, "tree-policy", b"k")
    assert receipts.digest(code) == sha256(code.replace("-", "").encode()).hexdigest()


@given(keys)
def test_a_sealed_code_opens_with_its_secret_key_only(key: bytes) -> None:
    code = receipts.make(SECRET, "tree-policy", key)
    sealed = receipts.seal(SECRET, code)
    assert len(sealed) == 32
    assert receipts.unseal(SECRET, receipts.digest(code), sealed) == code
    assert receipts.unseal(SECRET + "x", receipts.digest(code), sealed) is None


def test_a_seal_does_not_open_under_another_receipt() -> None:
    one, other = (receipts.make(SECRET, "tree-policy", key) for key in (b"1", b"2"))
    assert receipts.unseal(SECRET, receipts.digest(other), receipts.seal(SECRET, one)) is None


def test_a_seal_holds_no_symbol_of_the_code_in_the_clear() -> None:
    codes = [receipts.make(SECRET, "tree-policy", bytes([n])) for n in range(50)]
    seals = {receipts.seal(SECRET, code) for code in codes}
    bits = {f"{receipts._decode(code.replace('-', '')[:-1]):032x}" for code in codes}
    assert len(seals) == 50
    assert seals.isdisjoint(bits)
