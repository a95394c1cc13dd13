"""What gunicorn does however it is started; the commands that start it say the rest."""

from gunicorn.config import Config
from gunicorn.glogging import Logger

from common.logs import RedactingFormatter


class RedactingLogger(Logger):  # type: ignore[misc]  # gunicorn says nothing of its types
    """No access log is kept; whoever turns it on gets one without tokens, also those in a Referer."""

    def setup(self, cfg: Config) -> None:
        """Called by gunicorn when it starts, and when it reads its configuration again."""
        super().setup(cfg)
        for handler in (*self.error_log.handlers, *self.access_log.handlers):
            handler.setFormatter(RedactingFormatter(handler.formatter._fmt, handler.formatter.datefmt))


logger_class = RedactingLogger
