"""Form tokens: random idempotency keys that only we can have made."""

from __future__ import annotations

import hmac
import secrets
from hashlib import sha256


class Tokens:
    """Makes and knows tokens `<32 hex>.<32 hex>`: random bytes and their HMAC under the secret key."""

    def __init__(self, secret_key: str) -> None:
        self._key = sha256(b"form token\x00" + secret_key.encode()).digest()

    def new(self) -> str:
        """A fresh token."""
        value = secrets.token_hex(16)
        return f"{value}.{self._seal(value)}"

    def is_ours(self, token: str) -> bool:
        """Whether a token came from one of our forms."""
        value, _, seal = token.partition(".")
        if not token.isascii():
            return False
        return len(value) == 32 and hmac.compare_digest(seal, self._seal(value))

    def _seal(self, value: str) -> str:
        return hmac.new(self._key, value.encode(), sha256).hexdigest()[:32]
