"""Logs without the secrets that addresses hold, and without what people search for: it may be a name."""

import logging
import re

# What common.tokens.derive() makes, as a part of an address.
TOKEN = re.compile(r"(?<=/)[A-Za-z0-9_-]{22}(?![A-Za-z0-9_-])")
# What django.core.signing makes: in the link that ends a topic, it can be read whose address that is.
SIGNED = re.compile(r"(?<=/)[A-Za-z0-9_.-]+(?::|%3A)[A-Za-z0-9]+(?::|%3A)[A-Za-z0-9_-]{43}", re.IGNORECASE)
SEARCHED = re.compile(r"(?<=[?&]q=)[^&\s\"]+")


class RedactingFormatter(logging.Formatter):
    """Writes lines, tracebacks included, with `***` for each token, signed word and search in an address."""

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        for secret in (SIGNED, TOKEN, SEARCHED):
            line = secret.sub("***", line)
        return line
