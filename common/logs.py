"""Logs without the secrets that addresses hold, and without what people search for: it may be a name."""

import logging
import re

# What common.tokens.derive() makes, as a part of an address.
TOKEN = re.compile(r"(?<=/)[A-Za-z0-9_-]{22}(?![A-Za-z0-9_-])")
SEARCHED = re.compile(r"(?<=[?&]q=)[^&\s\"]+")


class RedactingFormatter(logging.Formatter):
    """Writes lines, tracebacks included, with `***` for each token and each search in an address."""

    def format(self, record: logging.LogRecord) -> str:
        return SEARCHED.sub("***", TOKEN.sub("***", super().format(record)))
