from messaging.actions.cancel import cancel
from messaging.actions.dispatch import dispatch
from messaging.actions.queue import queue
from messaging.actions.texts import reset_text, write_text

__all__ = ["cancel", "dispatch", "queue", "reset_text", "write_text"]
