"""The environment, read once: a wrong value stops the start with one line that names it."""

import os
import re
import secrets
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, NoReturn, TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
MODES = ("development", "test", "production")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
SHORTEST_SECRET_KEY = 50
SHORTEST_TOKEN = 32
Value = TypeVar("Value")

env = environ.Env()
if os.environ.get("ENVIRONMENT") != "test":  # tests give the same result whatever this machine's portal is told
    environ.Env.read_env(BASE_DIR / ".env")


def stop(name: str, problem: str) -> NoReturn:
    """End the process with one readable line instead of a traceback."""
    sys.exit(f"Introprogram cannot start: {name} {problem}.")


def read(name: str, reader: Callable[[], Value], expected: str) -> Value:
    """Return what `reader` makes of the variable `name`, or stop and say what was expected."""
    try:
        return reader()
    except (ImproperlyConfigured, ValueError, KeyError, TypeError):
        stop(name, f"must be {expected}")


def read_text(name: str, default: str = "") -> str:
    """Return the text in `name` as it is, or `default`.

    Not through django-environ, which takes a text that begins with $ for another variable's name; a secret may.
    """
    return os.environ.get(name, default)


def read_number(name: str, default: int) -> int:
    """Return the whole number in `name`, or `default`."""
    return int(read(name, lambda: env.int(name, default=default), "a whole number"))


def read_log_level(mode: str) -> str:
    """Return LOG_LEVEL, one of Python's; unless set, what a test run has to say is left out."""
    level = read_text("LOG_LEVEL", "WARNING" if mode == "test" else "INFO")
    if level not in LOG_LEVELS:
        stop("LOG_LEVEL", f"must be one of {', '.join(LOG_LEVELS)}")
    return level


def read_switch(name: str) -> bool:
    """Return whether `name` is switched on; off unless set."""
    value = read_text(name, "false").lower()
    if value not in ("true", "false"):
        stop(name, "must be true or false")
    return value == "true"


def read_mode() -> str:
    """Return development, test or production; production unless told otherwise, so that mistakes fail closed."""
    mode = read_text("ENVIRONMENT", "production")
    if mode not in MODES:
        stop("ENVIRONMENT", f"must be one of {', '.join(MODES)}")
    return mode


def read_address(name: str, *, default: str, schemes: tuple[str, ...]) -> str:
    """Return the URL in `name` as it is; it must begin with one of `schemes`."""
    url = read_text(name, default)
    if urlsplit(url).scheme not in schemes:
        stop(name, f"must be a URL that starts with {' or '.join(scheme + '://' for scheme in schemes)}")
    return url


def read_url(
    name: str, reader: Callable[..., dict[str, Any]], *, default: str, schemes: tuple[str, ...]
) -> dict[str, Any]:
    """Return the configuration that the URL in `name` stands for; it must begin with one of `schemes`."""
    read_address(name, default=default, schemes=schemes)
    return read(name, lambda: reader(name, default=default), "a well-formed URL")


def read_storage(name: str) -> dict[str, Any]:
    """Return Django's configuration of the storage that the URL in `name` stands for; a folder without one.

    s3://key:secret@host/bucket is an object store by HTTPS, s3+http:// one that is reached without it. The query may
    name the region, as in ?region=eu-north-1. Key and secret are percent-encoded.
    """
    if not read_text(name):
        return {"BACKEND": "common.storages.FolderStorage"}
    parts = urlsplit(read_address(name, default="", schemes=("s3", "s3+http")))
    bucket = parts.path.strip("/")
    if not (parts.hostname and bucket and parts.username and parts.password):
        stop(name, "must name key, secret, host and bucket: s3://key:secret@host/bucket")
    options = {
        "access_key": unquote(parts.username),
        "secret_key": unquote(parts.password),
        "endpoint_url": f"{'http' if parts.scheme == 's3+http' else 'https'}://{parts.netloc.rpartition('@')[2]}",
        "bucket_name": bucket,
        "region_name": dict(parse_qsl(parts.query)).get("region"),
    }
    return {"BACKEND": "common.storages.BucketStorage", "OPTIONS": options}


class Gateway(NamedTuple):
    """Where SMS are handed in, and the log-in there; without a scheme there is none."""

    scheme: str
    address: str
    user: str
    password: str


def read_gateway(name: str, mode: str) -> Gateway:
    """Return the gateway in `name`: an https:// address with a log-in, folder://, or none.

    Outside production it is the folder unless told otherwise, and http:// will do as well.
    """
    url = read_text(name, "" if mode == "production" else "folder://")
    parts = urlsplit(url)
    schemes = ("https", "folder") if mode == "production" else ("https", "http", "folder")
    if url and (parts.scheme not in schemes or (parts.scheme != "folder" and not (parts.hostname and parts.password))):
        stop(name, "must be the gateway's address with its log-in, https://user:password@host/path, or be empty")
    address = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    return Gateway(parts.scheme, address, unquote(parts.username or ""), unquote(parts.password or ""))


def read_sender(name: str, default: str) -> str:
    """Return what phones show as an SMS's sender: 3 to 11 letters and digits, a letter first, or a number in E.164."""
    sender = read_text(name, default)
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9]{2,10}|\+[1-9][0-9]{6,14}", sender):
        stop(name, "must be 3 to 11 letters and digits that begin with a letter, or a number such as +46701740605")
    return sender


def read_secret_key(mode: str, folder: Path) -> str:
    """Return SECRET_KEY: required in production, otherwise generated once into `folder`."""
    if key := read_text("SECRET_KEY"):
        if mode == "production" and len(key) < SHORTEST_SECRET_KEY:
            stop("SECRET_KEY", f"must have at least {SHORTEST_SECRET_KEY} characters")
        return key
    if mode == "production":
        stop(
            "SECRET_KEY",
            "is missing: set it to a long random text (python -c 'import secrets; print(secrets.token_urlsafe(64))')",
        )
    file = folder / "secret_key"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(64))
    return file.read_text()


def read_token(name: str) -> str:
    """Return the secret in `name`, or "" where what it opens is off."""
    token = read_text(name)
    if token and len(token) < SHORTEST_TOKEN:
        stop(name, f"must have at least {SHORTEST_TOKEN} characters, or be empty")
    return token


def read_base_url(mode: str) -> str:
    """Return the portal's public address without a trailing slash; links in messages begin with it."""
    default = "" if mode == "production" else f"http://localhost:{read_number('PORT', 8000)}"
    url = read_text("BASE_URL", default).rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        stop("BASE_URL", "must be the portal's address, for example https://introprogram.example.org")
    if mode == "production" and parts.scheme != "https":
        stop("BASE_URL", "must start with https:// in production")
    return url
