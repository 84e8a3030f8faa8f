"""The second step of signing in: codes of an authenticator (RFC 6238) and recovery codes for its loss."""

from __future__ import annotations

import base64
import hmac
import secrets
from datetime import datetime
from hashlib import sha256

import pyotp

from portal.services.receipts import SYMBOLS

ISSUER = "Mashwara"
DRIFT = 1
"""How many steps of 30 seconds a clock may be wrong, either way."""
RECOVERY_CODES = 10
_RECOVERY_LENGTH = 12
_NONCE = 16
_TAG = 16
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
_IGNORED = str.maketrans("", "", "- \t\r\n\u00a0\u2010\u2011\u2012\u2013\u2014\u2212\u200e\u200f")


def new_secret() -> str:
    """A secret for an authenticator: 160 random bits in base 32."""
    return pyotp.random_base32()


def address(secret: str, email: str) -> str:
    """What the QR code for an authenticator holds."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def seal(secret_key: str, reviewer_id: int, secret: str) -> str:
    """A secret as the database and forms may keep it, in hex: nonce, the bits under a pad, and a tag.

    Pad and tag are HMAC-SHA256 under the secret key over the nonce and the account, so that a sealed secret
    is of no use to another account and no pad is used twice.
    """
    bits, nonce = base64.b32decode(secret), secrets.token_bytes(_NONCE)
    hidden = _xor(bits, _mac(secret_key, b"authenticator pad", reviewer_id, nonce))
    tag = _mac(secret_key, b"authenticator tag", reviewer_id, nonce + hidden)[:_TAG]
    return (nonce + hidden + tag).hex()


def unseal(secret_key: str, reviewer_id: int, sealed: str) -> str | None:
    """The secret that was sealed; None where the secret key or the account is another one."""
    try:
        held = bytes.fromhex(sealed)
    except ValueError:
        return None
    nonce, hidden, tag = held[:_NONCE], held[_NONCE:-_TAG], held[-_TAG:]
    right = _mac(secret_key, b"authenticator tag", reviewer_id, nonce + hidden)[:_TAG]
    if len(hidden) != 20 or not hmac.compare_digest(tag, right):
        return None
    return base64.b32encode(_xor(hidden, _mac(secret_key, b"authenticator pad", reviewer_id, nonce))).decode()


def step_of(secret: str, code: str, *, after: int, now: datetime) -> int | None:
    """The time step to which a code of six digits belongs; None where it is wrong, or not newer than `after`.

    The steps of 30 seconds count from 1970; one before and one after the present one are taken, too.
    """
    digits = read_digits(code)
    if digits is None:
        return None
    totp = pyotp.TOTP(secret)
    present = int(now.timestamp()) // totp.interval
    steps = range(present - DRIFT, present + DRIFT + 1)
    right = [s for s in steps if s > after and hmac.compare_digest(totp.generate_otp(s), digits)]
    return right[0] if right else None


def read_digits(code: str) -> str | None:
    """The six digits of a code, written in whichever digits and with whatever gaps; None where it is none."""
    if len(code) > 40:
        return None
    digits = code.translate(_IGNORED)
    if len(digits) != 6 or not digits.isdecimal():
        return None
    return "".join(str(int(digit)) for digit in digits)


def new_recovery_codes() -> list[str]:
    """Ten codes of 60 random bits: three groups of four symbols that can be read aloud."""
    return [_new_recovery_code() for _ in range(RECOVERY_CODES)]


def _new_recovery_code() -> str:
    symbols = "".join(secrets.choice(SYMBOLS) for _ in range(_RECOVERY_LENGTH))
    return "-".join(symbols[i : i + 4] for i in range(0, _RECOVERY_LENGTH, 4))


def recovery_digest(secret_key: str, reviewer_id: int, code: str) -> str | None:
    """A recovery code as the database keeps it: under the secret key, since 60 bits alone could be tried out.

    None for what cannot be one.
    """
    if len(code) > 100:
        return None
    read = code.translate(_IGNORED).upper().translate(_READ_AS)
    if len(read) != _RECOVERY_LENGTH or any(symbol not in SYMBOLS for symbol in read):
        return None
    return _mac(secret_key, b"recovery code", reviewer_id, read.encode("ascii")).hex()


def _mac(secret_key: str, purpose: bytes, reviewer_id: int, message: bytes) -> bytes:
    whole = b"\x00".join((purpose, str(reviewer_id).encode("ascii"), message))
    return hmac.digest(secret_key.encode(), whole, sha256)


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=False))
