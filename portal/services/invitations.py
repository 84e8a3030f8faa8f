"""Sign-in links by mail: promised with the link sealed, so that the database alone signs nobody in."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import Reviewer, SignInLink
from portal.services import jobs
from portal.services.canonical import sha256_text

INVITATION = "invitation"


@dataclass(frozen=True)
class Invitation:
    """A link that still works, and whom it is for."""

    email: str
    token: str
    token_sha256: str
    expires_at: datetime


def promise(session: Session, token: str, *, language: str, secret_key: str, now: datetime) -> None:
    """Promise to mail a link that was just made to whom it signs in."""
    digest = sha256_text(token)
    payload = {"mail": INVITATION, "link": digest, "sealed": _seal(secret_key, token), "language": language}
    jobs.promise(session, jobs.MAIL, payload, now=now)


def of(
    session: Session, payload: Mapping[str, int | str], *, secret_key: str, now: datetime
) -> Invitation | None:
    """What was promised; None where the link works no more, or the secret key is another one."""
    digest = str(payload["link"])
    row = session.execute(
        select(Reviewer.email, SignInLink.expires_at)
        .join(SignInLink, SignInLink.reviewer_id == Reviewer.id)
        .where(
            SignInLink.token_sha256 == digest,
            SignInLink.used_at.is_(None),
            SignInLink.expires_at > now,
            Reviewer.disabled_at.is_(None),
        )
    ).one_or_none()
    token = _unseal(secret_key, digest, str(payload["sealed"]))
    return None if row is None or token is None else Invitation(row.email, token, digest, row.expires_at)


def _seal(secret_key: str, token: str) -> str:
    """256 bits under a pad that only the secret key can make, from the token's own digest: used once."""
    return f"{int(token, 16) ^ _pad(secret_key, sha256_text(token)):064x}"


def _unseal(secret_key: str, digest: str, sealed: str) -> str | None:
    token = f"{int(sealed, 16) ^ _pad(secret_key, digest):064x}"
    return token if sha256_text(token) == digest else None


def _pad(secret_key: str, digest: str) -> int:
    return int.from_bytes(
        hmac.digest(secret_key.encode(), b"link seal\x00" + digest.encode("ascii"), sha256), "big"
    )
