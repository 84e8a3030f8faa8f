"""Sending mail behind one protocol: to the console, into a folder, or by SMTP (RFC 5321)."""

from __future__ import annotations

import os
import re
import smtplib
import ssl
import sys
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Protocol, TextIO
from urllib.parse import parse_qs, unquote, urlsplit

SECONDS = 20
_ABOUT_ONE = (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused, smtplib.SMTPNotSupportedError)
_CODE = re.compile(r"(?:[0-9A-HJKMNP-TV-Z]{5}-){5}[0-9A-HJKMNP-TV-Z]{2}")
_LINK = re.compile(r"/sign-in/[0-9a-f]{64}")
_ADDRESS = re.compile(r"[^\s@<>]+@[^\s@<>]+")


class MailError(Exception):
    """The message was not taken; trying again later can help. Says nothing of whom it was for."""


class MailRefused(MailError):
    """The server will never take this message: there is no such mailbox, or it wants no such text."""


class MailServerAway(MailError):
    """No message can be handed on for now, so there is no use in trying the next one."""


class Mailer(Protocol):
    """Takes one message at a time."""

    def send(self, message: EmailMessage) -> None:
        """Hand the message on. Raises MailError, MailRefused, MailServerAway."""


@dataclass(frozen=True)
class ConsoleMailer:
    """Prints messages; `masked`: without their addresses, receipt codes and sign-in links."""

    masked: bool
    stream: TextIO

    def send(self, message: EmailMessage) -> None:
        text = f"To: {message['To']}\nSubject: {message['Subject']}\n\n{message.get_content()}"
        if self.masked:
            text = _LINK.sub("/sign-in/*****", _CODE.sub("*****-*****-*****-*****-*****-**", text))
            text = _ADDRESS.sub("***@***", text)
        self.stream.write(f"-- mail --\n{text}\n-- end --\n")
        self.stream.flush()


@dataclass(frozen=True)
class FolderMailer:
    """Writes each message into a file of its own, readable by its owner alone."""

    folder: Path

    def send(self, message: EmailMessage) -> None:
        name = re.sub(r"[^A-Za-z0-9.-]", "", message["Message-ID"]) or "message"
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with NamedTemporaryFile(dir=self.folder, delete=False) as file:  # made 0600
                file.write(message.as_bytes())
            os.replace(file.name, self.folder / f"{name}.eml")  # noqa: PTH105 (one step)
        except OSError as error:
            raise MailServerAway(type(error).__name__) from None


@dataclass(frozen=True)
class SmtpMailer:
    """Speaks to a mail server; `encrypted` from the first word (smtps), or after STARTTLS."""

    host: str
    port: int
    user: str
    password: str
    encrypted: bool
    starttls: bool

    def send(self, message: EmailMessage) -> None:
        begun = False
        try:
            with self._connect() as server:
                self._enter(server)
                begun = True
                server.send_message(message)
        except (smtplib.SMTPException, OSError) as error:
            raise _fault(error, begun=begun) from None

    def _enter(self, server: smtplib.SMTP) -> None:
        if self.starttls:
            server.starttls(context=ssl.create_default_context())
        if self.user:
            server.login(self.user, self.password)

    def _connect(self) -> smtplib.SMTP:
        if self.encrypted:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self.host, self.port, timeout=SECONDS, context=context)
        return smtplib.SMTP(self.host, self.port, timeout=SECONDS)


def _fault(error: Exception, *, begun: bool) -> MailError:
    """What an error of the SMTP library means. The server's own words are left out: they repeat addresses.

    A refused recipient or text is about one message; all before it, and a lost line, is about all. Codes
    from 500 on are refusals for good (RFC 5321, 4.2.1); a refused sender is a matter of the settings.
    """
    if not (begun and isinstance(error, _ABOUT_ONE)):
        return MailServerAway(type(error).__name__)
    codes = _codes(error)
    said = " ".join([type(error).__name__, *map(str, codes)])
    for_good = bool(codes) and min(codes) >= 500 and not isinstance(error, smtplib.SMTPSenderRefused)
    return MailRefused(said) if for_good else MailError(said)


def _codes(error: Exception) -> list[int]:
    """The reply codes that an error holds: of each refused recipient, else its own."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return [code for code, _ in error.recipients.values()]
    return [error.smtp_code] if isinstance(error, smtplib.SMTPResponseException) else []


def open_mailer(url: str, *, masked: bool = True, stream: TextIO | None = None) -> Mailer:
    """A mailer for PORTAL_MAIL_URL. Raises ValueError for an address it cannot be."""
    if url == "console:":
        return ConsoleMailer(masked, stream or sys.stderr)
    if url.startswith("file:") and url != "file:":
        return FolderMailer(Path(url.removeprefix("file:")))
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError("a mail address is console:, file:DIR, smtp://HOST or smtps://HOST")
    asked = parse_qs(parts.query)
    encrypted = parts.scheme == "smtps"
    starttls = not encrypted and asked.get("starttls", ["yes"])[0] != "no"
    return SmtpMailer(
        host=parts.hostname,
        port=parts.port or (465 if encrypted else 587),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        encrypted=encrypted,
        starttls=starttls,
    )


def sender_of(url: str, host: str) -> str:
    """Whom messages come from: `from=` of the mail address, else no-reply at the portal's own host."""
    asked = parse_qs(urlsplit(url).query)
    return asked.get("from", [f"no-reply@{'localhost' if ':' in host else host}"])[0]
