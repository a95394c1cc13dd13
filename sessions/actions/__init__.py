from sessions.actions.announcements import discard_announcement, save_announcement, send_announcement
from sessions.actions.availability import forget_unavailable, note_unavailable
from sessions.actions.cancel_session import cancel_session
from sessions.actions.change_cohort import change_cohort
from sessions.actions.change_session import SessionChange, change_session
from sessions.actions.change_several import change_several
from sessions.actions.discard_cohort import discard_cohort
from sessions.actions.feeds import close_feed, open_feed, renew_feed
from sessions.actions.mark import Marking, mark_register
from sessions.actions.materials import (
    MaterialDetails,
    change_material,
    delete_material,
    share_material,
    sweep_materials,
)
from sessions.actions.plan_cohort import CohortDetails, PlannedSession, plan_cohort
from sessions.actions.plans import add_step, change_step, follow_plan, own_plan, remove_step
from sessions.actions.publish_cohort import publish_cohort
from sessions.actions.registers import (
    block_days,
    remove_lecturer,
    remove_venue,
    restore_entry,
    save_lecturer,
    save_venue,
    seen_of,
    unblock_days,
)
from sessions.actions.teaching_requests import answer_request, ask_lecturer, withdraw_request
from sessions.actions.undo_change import undo_change
from sessions.actions.undo_registration import undo_registration

__all__ = [
    "CohortDetails",
    "Marking",
    "MaterialDetails",
    "PlannedSession",
    "SessionChange",
    "add_step",
    "answer_request",
    "ask_lecturer",
    "block_days",
    "cancel_session",
    "change_cohort",
    "change_material",
    "change_session",
    "change_several",
    "change_step",
    "close_feed",
    "delete_material",
    "discard_announcement",
    "discard_cohort",
    "follow_plan",
    "forget_unavailable",
    "mark_register",
    "note_unavailable",
    "open_feed",
    "own_plan",
    "plan_cohort",
    "publish_cohort",
    "remove_lecturer",
    "remove_step",
    "remove_venue",
    "renew_feed",
    "restore_entry",
    "save_announcement",
    "save_lecturer",
    "save_venue",
    "seen_of",
    "send_announcement",
    "share_material",
    "sweep_materials",
    "unblock_days",
    "undo_change",
    "undo_registration",
    "withdraw_request",
]
