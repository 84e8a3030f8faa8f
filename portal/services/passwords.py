"""Passwords: which can be chosen, and Argon2id (RFC 9106) over them, never inside a transaction."""

from __future__ import annotations

import re
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from portal.services.identifiers import official_name
from portal.services.texts import fault

SHORTEST = 12
LONGEST = 128
_HASHER = PasswordHasher()
NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$bm9ib2R5IGhhcyB0aGlzIQ$rbC6Zn3JDkwbZYNoBo+oY8nUBXncoCX7fBLlRO3sWWk"
"""Stands in for an account without a password, so that it takes as long to be refused as any other."""
_COMMON = frozenset(
    (
        *("password", "passwort", "passcode", "passphrase", "letmein", "welcome", "welcomeback", "changeme"),
        *("pleasechangeme", "secret", "topsecret", "mysecret", "mypassword", "thepassword", "newpassword"),
        *("adminpassword", "admin", "administrator", "superadmin", "superuser", "rootroot", "officer"),
        *("reviewer", "moderator", "testtest", "testpassword", "demopassword", "temporary", "default"),
        *("iloveyou", "iloveyousomuch", "sunshine", "princess", "football", "basketball", "cricket"),
        *("cricketcricket", "superman", "batman", "dragon", "monkey", "master", "shadow", "whatever"),
        *("qwerty", "qwertyuiop", "qwertyuiopasdf", "asdfghjkl", "asdfghjklzxc", "zxcvbnm", "qazwsxedc"),
        *("qazwsxedcrfv", "abcdefghijkl", "abcdefghijklm", "abcdefgh", "abcd", "abc", "alphabet"),
        *("pakistan", "pakistanzindabad", "pakistanpakistan", "ilovepakistan", "mypakistan"),
        *("islamabad", "islamabadpakistan", "lahore", "lahorepakistan", "karachi", "karachipakistan"),
        *("peshawar", "quetta", "rawalpindi", "bismillah", "alhamdulillah", "mashallah", "inshallah"),
        *("allahuakbar", "assalamualaikum", "government", "governmentofpakistan", "ministry", "mashwara"),
        *("mashwaramashwara", "consultation", "publiccomment", "nationalaipolicy", "artificialintelligence"),
        *("پاکستان", "پاکستانزندہباد", "اسلامآباد", "مشاورت", "خفیہ", "پاسورڈ"),
    )
)
"""Words that many people think of first, without the figures and signs that are put before or after them."""
_ROWS = ("1234567890123456789012345678", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")
_REPEATED = re.compile(r"(.{1,5}?)\1{2,}.{0,4}", re.DOTALL)
_AROUND = re.compile(r"^[\W\d_]+|[\W\d_]+$")


def chosen_fault(password: str, email: str) -> str | None:
    """Message key for a password that cannot be chosen for an address, None where it can.

    No rule says which kinds of characters it must have (NIST SP 800-63B, 3.1.1.2).
    """
    if (key := fault(password)) is not None:
        return key
    text = _normal(password)
    if len(text) < SHORTEST:
        return "error.password.short"
    if len(text) > LONGEST:
        return "error.password.long"
    name = official_name(email).casefold()
    if len(name) > 2 and name in text.casefold():
        return "error.password.name"
    return "error.password.common" if _is_common(text.casefold()) else None


def hashed(password: str) -> str:
    """Argon2id over a password that may be chosen. Takes a quarter of a second and 64 MB."""
    return _HASHER.hash(_normal(password))


def matches(stored: str | None, password: str) -> bool:
    """Whether this is the password; no stored one takes as long and never matches."""
    can_be_one = fault(password) is None and len(password) <= 4 * LONGEST
    try:
        _HASHER.verify(stored or NOBODY, _normal(password) if can_be_one else "")
    except (VerifyMismatchError, InvalidHashError):
        return False
    return stored is not None and can_be_one


def _normal(password: str) -> str:
    return unicodedata.normalize("NFC", password)


def _is_common(text: str) -> bool:
    joined = "".join(text.split())
    core = _AROUND.sub("", joined)
    if joined in _COMMON or core in _COMMON or _REPEATED.fullmatch(joined):
        return True
    return any(joined in row or joined in row[::-1] for row in _ROWS) or not core
