"""Receipt codes: 128 bits in Crockford's base 32 with his check symbol; only their SHA-256 is stored.

Source: Douglas Crockford, Base 32 (symbols, reading rules, check symbol modulo 37).
"""

from __future__ import annotations

import hmac
from hashlib import sha256

SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CHECKS = SYMBOLS + "*~$=U"
LENGTH = 27
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
_IGNORED = str.maketrans("", "", "- \t\r\n\u00a0\u2010\u2011\u2012\u2013\u2014\u2212\u200e\u200f")


def make(secret_key: str, consultation: str, key: bytes) -> str:
    """The code for an idempotency key (or random bytes): the same key gives the same code.

    The first 128 bits of HMAC-SHA256 over consultation, key and a counter, which goes on until the check
    symbol is one of the 32 that can be read aloud.
    """
    counter = 0
    while True:
        message = b"\x00".join((consultation.encode(), key, str(counter).encode()))
        bits = int.from_bytes(hmac.digest(secret_key.encode(), message, sha256)[:16], "big")
        check = CHECKS[bits % 37]
        if check in SYMBOLS:
            return show(_encode(bits) + check)
        counter += 1


def show(code: str) -> str:
    """27 symbols in groups of five with hyphens."""
    return "-".join(code[i : i + 5] for i in range(0, LENGTH, 5))


def read(text: str) -> str | None:
    """What a person typed -> the code in groups of five; None where it cannot be one (a symbol is wrong)."""
    if len(text) > 200:
        return None
    code = text.translate(_IGNORED).upper().translate(_READ_AS)
    if len(code) != LENGTH or any(symbol not in SYMBOLS for symbol in code):
        return None
    bits = _decode(code[:-1])
    if bits >= 1 << 128 or CHECKS[bits % 37] != code[-1]:
        return None
    return show(code)


def seal(secret_key: str, code: str) -> str:
    """The code as the database may keep it: 128 bits under a pad that only the secret key can make, in hex.

    The pad is HMAC-SHA256 over the code's own digest, so no pad is ever used for two codes.
    """
    bits = _decode(code.replace("-", "")[:-1])
    return f"{bits ^ _pad(secret_key, digest(code)):032x}"


def unseal(secret_key: str, receipt_sha256: str, sealed: str) -> str | None:
    """The code that was sealed; None where the secret key is another one."""
    bits = int(sealed, 16) ^ _pad(secret_key, receipt_sha256)
    check = CHECKS[bits % 37]
    code = show(_encode(bits) + check)
    return code if check in SYMBOLS and digest(code) == receipt_sha256 else None


def _pad(secret_key: str, receipt_sha256: str) -> int:
    message = b"receipt seal\x00" + receipt_sha256.encode("ascii")
    return int.from_bytes(hmac.digest(secret_key.encode(), message, sha256)[:16], "big")


def digest(code: str) -> str:
    """SHA-256 of a code, as the database keeps it."""
    return sha256(code.replace("-", "").encode("ascii")).hexdigest()


def _encode(bits: int) -> str:
    symbols = []
    for _ in range(LENGTH - 1):
        bits, low = divmod(bits, 32)
        symbols.append(SYMBOLS[low])
    return "".join(reversed(symbols))


def _decode(symbols: str) -> int:
    bits = 0
    for symbol in symbols:
        bits = bits * 32 + SYMBOLS.index(symbol)
    return bits
