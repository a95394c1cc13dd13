from messaging.actions.cancel import cancel
from messaging.actions.dispatch import dispatch
from messaging.actions.queue import queue

__all__ = ["cancel", "dispatch", "queue"]
