from messaging.actions.cancel import cancel
from messaging.actions.choices import carry_choices, choose_topics
from messaging.actions.dispatch import dispatch
from messaging.actions.pauses import hold, release_held, resume
from messaging.actions.queue import materialise_soon, queue
from messaging.actions.readdress import readdress
from messaging.actions.report import report
from messaging.actions.texts import reset_text, write_text
from messaging.actions.ways_out import correct_and_resend, open_ways, resend, settle_otherwise, treat_as_sent

__all__ = [
    "cancel",
    "carry_choices",
    "choose_topics",
    "correct_and_resend",
    "dispatch",
    "hold",
    "materialise_soon",
    "open_ways",
    "queue",
    "readdress",
    "release_held",
    "report",
    "resend",
    "reset_text",
    "resume",
    "settle_otherwise",
    "treat_as_sent",
    "write_text",
]
