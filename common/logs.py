"""Logs without the secrets that addresses hold."""

import logging
import re

# What common.tokens.derive() makes, as a part of an address.
TOKEN = re.compile(r"(?<=/)[A-Za-z0-9_-]{22}(?![A-Za-z0-9_-])")


class RedactingFormatter(logging.Formatter):
    """Writes lines, tracebacks included, with `***` for each token in an address."""

    def format(self, record: logging.LogRecord) -> str:
        return TOKEN.sub("***", super().format(record))
