"""Who gets in where: one row per address of the portal.

A row names who is let in, and from whom the record behind the address is hidden (404, as if it weren't there).
Everyone else who is logged in is refused (403); who isn't logged in is sent to the log-in page (302).
The record is always one of the region and municipality to which participant, manager, coordinator and lecturer belong:

- participant: enrolled by the municipality
- manager: of the municipality;  other_manager: of another municipality in the same region
- coordinator: of the region;    other_coordinator: of another region
- lecturer: of the session
- administrator: of the installation
- disabled: the coordinator, whose account was closed while she was logged in
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

VISITORS = ("anonymous", "disabled")
USERS = ("participant", "manager", "other_manager", "coordinator", "other_coordinator", "lecturer", "administrator")
PERSONAS = VISITORS + USERS

REFUSED, HIDDEN, LOG_IN, NO_SUCH_METHOD, INVALID, CONFLICT = 403, 404, 302, 405, 422, 409

ENROLLERS = "manager other_manager coordinator"
COORDINATORS = "coordinator other_coordinator"
MANAGING = f"{ENROLLERS} other_coordinator"
APPOINTING = f"{MANAGING} administrator"
OTHERS_APPOINTING = "other_manager other_coordinator administrator"
OTHER_ENROLLERS = "other_manager coordinator other_coordinator"
SUBSCRIBERS = f"{MANAGING} participant lecturer"


@dataclass(frozen=True)
class Row:
    """`of` is the record in the world of the test; `get` and `post` are the answers to those who are let in.

    `sends` are answers without which nothing would happen, by the name of their field: a record of that world, or else
    a word. What the page asks to be sent back is sent with them.
    """

    name: str
    of: str
    lets: tuple[str, ...]
    hides: tuple[str, ...]
    get: int
    post: int
    to_visitors: tuple[int, int]
    public: bool = False
    sends: Mapping[str, str] | None = None

    def expected(self, persona: str, method: str) -> set[int]:
        """The answers that `persona` may get to `method` (get or post)."""
        if persona in VISITORS:
            return {self.to_visitors[method == "post"]}
        let_in: int = getattr(self, method)
        if let_in == NO_SUCH_METHOD:
            # Whether the method or the person is looked at first makes no difference to anybody.
            return {NO_SUCH_METHOD} if self.public else {NO_SUCH_METHOD, REFUSED}
        if persona in self.lets:
            return {let_in}
        return {HIDDEN if persona in self.hides else REFUSED}


def public(
    name: str, of: str = "", *, get: int = 200, post: int = NO_SUCH_METHOD, users: tuple[int, int] | None = None
) -> Row:
    """For everybody; `users` are the answers to those who are logged in, where they differ."""
    to_users = users or (get, post)
    return Row(name, of, USERS, (), *to_users, to_visitors=(get, post), public=True)


def page(name: str, lets: str, *, of: str = "", hides: str = "", get: int = 200, post: int = NO_SUCH_METHOD) -> Row:
    """To look at."""
    return Row(name, of, tuple(lets.split()), tuple(hides.split()), get, post, to_visitors=(LOG_IN, LOG_IN))


def form(
    name: str, lets: str, *, of: str = "", hides: str = "", post: int = INVALID, sends: Mapping[str, str] | None = None
) -> Row:
    """To fill in: sent empty, it is shown again with its errors, or does what needs no answers."""
    return replace(page(name, lets, of=of, hides=hides, post=post), sends=sends)


def button(name: str, lets: str, *, of: str = "", hides: str = "", post: int = 302) -> Row:
    """To press: a POST and nothing else."""
    return page(name, lets, of=of, hides=hides, get=NO_SUCH_METHOD, post=post)


EVERY_USER = " ".join(USERS)
MATRIX = [
    # The start page, what the law wants told, and what machines ask
    public("home", users=(302, 405)),
    public("healthz"),
    # Off until METRICS_TOKEN and EMAIL_PROVIDER are set; what an SMS's address says is its secret
    public("metrics", get=404),
    public("webhooks:mail", get=405, post=404),
    public("webhooks:sms", "sms_report", get=405, post=204),
    public("set_language", get=405, post=404),
    public("accessibility"),
    public("personal_data"),
    public("cookies"),
    public("contact"),
    # Logging in (django-allauth shows errors with status 200)
    public("account_login", post=200, users=(302, 302)),
    public("account_request_login_code", post=200, users=(302, 302)),
    public("account_confirm_login_code", get=302, post=302),
    public("account_logout", get=302, post=302, users=(200, 302)),
    public("account_inactive"),
    public("account_signup", post=200, users=(302, 302)),
    public("account_reset_password", post=200),
    public("account_reset_password_done"),
    public("account_reset_password_from_key", "reset_link", post=200),
    public("account_reset_password_from_key_done"),
    form("account_reauthenticate", EVERY_USER, post=200),
    form("account_change_password", EVERY_USER, post=200),
    page("account_set_password", EVERY_USER, get=302, post=302),
    # Accounts
    public("accounts:invitation", "used_invitation", get=410, post=410),
    form("accounts:profile", EVERY_USER),
    form("accounts:preferences", EVERY_USER, post=302, sends={"people": "events"}),
    form("accounts:mobile", EVERY_USER),
    page("accounts:mobile_code", EVERY_USER, get=302, post=302),  # none of them has a number that waits
    button("accounts:resend_mobile_code", EVERY_USER),
    button("accounts:remove_mobile", EVERY_USER),
    public("accounts:unsubscribe", "unsubscribing_token", post=200),
    page("accounts:roles", EVERY_USER),
    button("accounts:switch_role", EVERY_USER, post=404),
    page("accounts:colleagues", APPOINTING),
    form("accounts:invite", APPOINTING),
    form("accounts:resend_invitations", APPOINTING),
    button("accounts:resend_invitation", "manager coordinator", of="invitation", hides=OTHERS_APPOINTING),
    button("accounts:revoke_invitation", "manager coordinator", of="invitation", hides=OTHERS_APPOINTING),
    # Managers and their people
    form("participants:end_role", "manager coordinator", of="colleagues_role", hides=OTHERS_APPOINTING, post=302),
    form(
        "participants:hand_over", "manager coordinator", of="colleagues_role", hides="other_manager other_coordinator"
    ),
    form(
        "participants:change_manager",
        "manager coordinator",
        of="enrolment",
        hides="other_manager other_coordinator",
    ),
    # Contacts of municipalities
    page("participants:contacts", COORDINATORS),
    page("participants:contacts_file", COORDINATORS),
    button("participants:ask_contact", "coordinator", of="contact", hides="other_coordinator"),
    form("participants:contact", "manager coordinator", of="municipality", hides="other_manager other_coordinator"),
    # Regions
    form("regions:settings", COORDINATORS),
    public("regions:logo", "region"),
    page("regions:texts", COORDINATORS),
    form("regions:text", COORDINATORS, of="kind_of_message"),
    page("regions:text_versions", COORDINATORS, of="kind_of_message"),
    form("regions:reset_text", COORDINATORS, of="kind_of_message"),
    page("regions:regions", "administrator"),
    form("regions:new_region", "administrator"),
    form("regions:region", "administrator", of="region"),
    # Enrolment
    page("participants:enrol", MANAGING),
    page("participants:template", MANAGING),
    page("participants:start", MANAGING, get=302),
    page("participants:enrol_one", ENROLLERS, of="cohort", hides="other_coordinator", get=302),
    form("participants:who", "manager", of="draft", hides=OTHER_ENROLLERS),
    form("participants:workplace", "manager", of="draft", hides=OTHER_ENROLLERS),
    form("participants:which_cohort", "manager", of="draft", hides=OTHER_ENROLLERS),
    form("participants:facts", "manager", of="draft", hides=OTHER_ENROLLERS),
    form("participants:needs_of", "manager", of="draft", hides=OTHER_ENROLLERS, post=302),
    form("participants:check", "manager", of="draft", hides=OTHER_ENROLLERS),
    form("participants:discard_draft", "manager", of="draft", hides=OTHER_ENROLLERS, post=302),
    form("participants:import", ENROLLERS, of="cohort", hides="other_coordinator"),
    page("participants:preview", "manager", of="upload", hides="other_manager coordinator other_coordinator"),
    page("participants:wrong_rows", "manager", of="upload", hides="other_manager coordinator other_coordinator"),
    form("participants:columns", "manager", of="upload", hides="other_manager coordinator other_coordinator"),
    form("participants:mend", "manager", of="upload", hides="other_manager coordinator other_coordinator"),
    button(
        "participants:confirm_import",
        "manager",
        of="upload",
        hides="other_manager coordinator other_coordinator",
        post=INVALID,
    ),
    page("participants:enrolment", "manager coordinator", of="enrolment", hides="other_manager other_coordinator"),
    form("participants:withdraw", "manager coordinator", of="enrolment", hides="other_manager other_coordinator"),
    page("participants:offers", MANAGING),
    button("participants:accept_offer", "manager coordinator", of="offered", hides="other_manager other_coordinator"),
    form(
        "participants:decline_offer",
        "manager coordinator",
        of="offered",
        hides="other_manager other_coordinator",
        post=302,
    ),
    form("participants:take_back_offer", "coordinator", of="offered", hides="other_coordinator"),
    form("participants:give_seat", "coordinator", of="waiting", hides="other_coordinator", post=302),
    form("participants:substitute", "manager coordinator", of="enrolment", hides="other_manager other_coordinator"),
    form(
        "participants:defer", "manager coordinator", of="enrolment", hides="other_manager other_coordinator", post=302
    ),
    form("participants:place", "manager coordinator", of="enrolment", hides="other_manager other_coordinator"),
    form("participants:transfer", "coordinator", of="enrolment", hides="other_coordinator"),
    button("participants:undo_leaving", "manager coordinator", of="enrolment", hides="other_manager other_coordinator"),
    form(
        "sessions:undo_registration",
        "manager coordinator",
        of="enrolment",
        hides="other_manager other_coordinator",
        post=302,
    ),
    page("participants:cohort", "coordinator", of="cohort", hides="other_coordinator"),
    form(
        "participants:allocation",
        "coordinator",
        of="cohort",
        hides="other_coordinator",
        post=302,
        sends={"save": "yes"},
    ),
    page("participants:inbox", COORDINATORS),
    page("participants:duplicates", COORDINATORS),
    form("participants:address", "coordinator", of="person", hides="other_coordinator"),
    button("participants:tell_apart", "coordinator", of="person", hides="other_coordinator", post=404),
    page("participants:merge_search", "coordinator", of="person", hides="other_coordinator"),
    form(
        "participants:merge",
        "coordinator",
        of="person",
        hides="other_coordinator",
        post=302,
        sends={"with": "namesake", "name": "kept", "address": "kept"},
    ),
    form("participants:merged", "coordinator", of="merge", hides="other_coordinator", post=302),
    page("participants:cohort_inbox", "coordinator", of="cohort", hides="other_coordinator"),
    form(
        "participants:decide",
        "coordinator",
        hides="other_coordinator",
        post=302,
        sends={"enrolment": "applied", "decision": "approve", "criteria": "quota"},
    ),
    button("participants:reopen", "coordinator", of="rejected", hides="other_coordinator"),
    button("participants:approval", "coordinator", of="programme", hides="other_coordinator"),
    page("participants:needs", "coordinator", of="cohort", hides="other_coordinator"),
    form("participants:my_needs", "participant", post=302),
    # Programmes
    page("cohorts:programmes", COORDINATORS),
    form("cohorts:new_programme", COORDINATORS),
    button("cohorts:load_programmes", COORDINATORS),
    page("cohorts:admission", "coordinator", of="programme", hides="other_coordinator"),
    *(
        form(
            f"cohorts:eligibility_{fact}",
            "coordinator",
            of="programme",
            hides="other_coordinator",
            post=302,
            sends={"save": "yes"},
        )
        for fact in ("degree", "graduated", "employed", "prior_course")
    ),
    page("cohorts:programme", "coordinator", of="programme", hides="other_coordinator"),
    form("cohorts:edit_programme", "coordinator", of="programme", hides="other_coordinator"),
    form("cohorts:rule", "coordinator", of="programme", hides="other_coordinator"),
    page("cohorts:versions", "coordinator", of="programme", hides="other_coordinator"),
    button("cohorts:archive_programme", "coordinator", of="programme", hides="other_coordinator"),
    button("cohorts:reopen_programme", "coordinator", of="programme", hides="other_coordinator"),
    form("cohorts:delete_programme", "coordinator", of="programme", hides="other_coordinator", post=302),
    button("cohorts:begin_version", "coordinator", of="programme", hides="other_coordinator"),
    page("cohorts:draft", "coordinator", of="programme", hides="other_coordinator"),
    form("cohorts:release_version", "coordinator", of="programme", hides="other_coordinator", post=CONFLICT),
    form("cohorts:discard_version", "coordinator", of="programme", hides="other_coordinator", post=CONFLICT),
    form("cohorts:new_module", "coordinator", of="programme", hides="other_coordinator"),
    form("cohorts:module", "coordinator", of="draft_module", hides="other_coordinator"),
    button("cohorts:move_module", "coordinator", of="draft_module", hides="other_coordinator"),
    form("cohorts:remove_module", "coordinator", of="draft_module", hides="other_coordinator", post=302),
    button("cohorts:restore_module", "coordinator", of="draft_module", hides="other_coordinator"),
    # Planning and attendance
    page("sessions:board", COORDINATORS),
    page("sessions:month", COORDINATORS),
    page("sessions:list", COORDINATORS),
    page("sessions:export", COORDINATORS),
    page("sessions:new_cohort", COORDINATORS),
    page("sessions:propose_dates", COORDINATORS, get=422, post=422),
    button("sessions:check_dates", COORDINATORS, post=200),
    page("sessions:copy_cohort", "coordinator", of="cohort", hides="other_coordinator"),
    page("sessions:cohort", "coordinator", of="cohort", hides="other_coordinator"),
    page("sessions:of_module", "coordinator", of="cohort", hides="other_coordinator", get=302),
    page("sessions:edit_module", "coordinator", of="cohort", hides="other_coordinator", get=302),
    form("sessions:cohort_plan", "coordinator", of="cohort", hides="other_coordinator", post=302),
    form("sessions:programme_plan", "coordinator", of="programme", hides="other_coordinator", post=302),
    form("sessions:region_plan", "coordinator", of="region", hides="other_coordinator", post=302),
    form("sessions:new_step", "coordinator", of="plan", hides="other_coordinator"),
    form("sessions:edit_step", "coordinator", of="plan_step", hides="other_coordinator"),
    form("sessions:remove_step", "coordinator", of="plan_step", hides="other_coordinator", post=302),
    form("sessions:follow_plan", "coordinator", of="plan", hides="other_coordinator", post=302),
    form("sessions:edit_cohort", "coordinator", of="cohort", hides="other_coordinator"),
    button("sessions:publish", "coordinator", of="cohort", hides="other_coordinator"),
    form("sessions:discard_cohort", "coordinator", of="cohort", hides="other_coordinator", post=302),
    page(
        "sessions:session",
        "participant manager other_manager coordinator lecturer",
        of="session",
        hides="other_coordinator administrator",
    ),
    # Leads to the page above, which says who may see it
    page("sessions:short_session", EVERY_USER, of="session", get=302),
    form("sessions:edit_session", "coordinator", of="session", hides="other_coordinator"),
    form("sessions:change_several", COORDINATORS),
    form("sessions:shift_cohort", "coordinator", of="cohort", hides="other_coordinator"),
    page("sessions:check_session", "coordinator", of="session", hides="other_coordinator"),
    button("sessions:undo_change", "coordinator", of="session", hides="other_coordinator"),
    form("sessions:cancel_session", "coordinator", of="session", hides="other_coordinator"),
    page(
        "sessions:calendar",
        "participant manager other_manager coordinator lecturer",
        of="session",
        hides="other_coordinator administrator",
    ),
    page(
        "sessions:cohort_calendar",
        "participant manager other_manager coordinator lecturer",
        of="cohort",
        hides="other_coordinator administrator",
    ),
    form("sessions:register", "coordinator lecturer", of="session", hides="other_coordinator", post=302),
    button("sessions:mark", "coordinator lecturer", of="session", hides="other_coordinator", post=200),
    page("sessions:sign_in_sheet", "coordinator lecturer", of="session", hides="other_coordinator"),
    page("sessions:announcements", "coordinator", of="cohort", hides="other_coordinator"),
    form("sessions:new_announcement", "coordinator", of="cohort", hides="other_coordinator"),
    page("sessions:announcement", "coordinator", of="announcement", hides="other_coordinator"),
    form("sessions:edit_announcement", "coordinator", of="announcement", hides="other_coordinator"),
    button("sessions:send_announcement", "coordinator", of="announcement", hides="other_coordinator", post=CONFLICT),
    form("sessions:discard_announcement", "coordinator", of="announcement", hides="other_coordinator", post=302),
    page("sessions:cohort_materials", "coordinator", of="cohort", hides="other_coordinator"),
    page("sessions:module_materials", "coordinator", of="module", hides="other_coordinator"),
    form("sessions:share_at_session", "coordinator lecturer", of="session", hides="other_coordinator"),
    form("sessions:share_with_module", "coordinator", of="module", hides="other_coordinator"),
    page(
        "sessions:material",
        "participant coordinator lecturer",
        of="material",
        hides="manager other_manager other_coordinator administrator",
    ),
    form("sessions:edit_material", "coordinator lecturer", of="material", hides="other_coordinator"),
    form("sessions:remove_material", "coordinator lecturer", of="material", hides="other_coordinator", post=302),
    page("sessions:my_materials", "participant"),
    page("sessions:registers", COORDINATORS, get=302),
    page("sessions:venues", COORDINATORS),
    page("sessions:venues_file", COORDINATORS),
    form("sessions:new_venue", COORDINATORS),
    page("sessions:venue", "coordinator", of="venue", hides="other_coordinator"),
    form("sessions:edit_venue", "coordinator", of="venue", hides="other_coordinator"),
    form("sessions:remove_venue", "coordinator", of="venue", hides="other_coordinator", post=302),
    button("sessions:restore_venue", "coordinator", of="venue", hides="other_coordinator"),
    page("sessions:lecturers", COORDINATORS),
    page("sessions:lecturers_file", COORDINATORS),
    form("sessions:new_lecturer", COORDINATORS),
    page("sessions:lecturer", "coordinator", of="lecturers_entry", hides="other_coordinator"),
    form("sessions:edit_lecturer", "coordinator", of="lecturers_entry", hides="other_coordinator"),
    form("sessions:remove_lecturer", "coordinator", of="lecturers_entry", hides="other_coordinator", post=302),
    button("sessions:restore_lecturer", "coordinator", of="lecturers_entry", hides="other_coordinator"),
    button("sessions:invite_lecturer", "coordinator", of="lecturers_entry", hides="other_coordinator"),
    form("sessions:blocked_days", COORDINATORS),
    button("sessions:unblock", "coordinator", of="blocked_period", hides="other_coordinator"),
    # Lecturers: the days on which they can't, and what they are asked
    form("sessions:unavailable", "coordinator lecturer", of="lecturers_entry", hides="other_coordinator"),
    button("sessions:available_again", "coordinator lecturer", of="unavailability", hides="other_coordinator"),
    form("sessions:ask_lecturer", "coordinator", of="session", hides="other_coordinator"),
    button("sessions:withdraw_request", "coordinator", of="teaching_request", hides="other_coordinator"),
    public("sessions:teaching_request", "teaching_requests_token", post=422),
    form("sessions:own_request", "lecturer", of="teaching_request"),
    page("sessions:teaching", "lecturer"),
    # Overviews
    page("reports:overview", COORDINATORS),
    page("reports:search", f"{MANAGING} lecturer"),
    # Messages, and what became of them
    page("reports:messages", COORDINATORS),
    page("reports:messages_file", COORDINATORS),
    page("reports:message_todo", COORDINATORS),
    page("reports:session_messages", "coordinator", of="session", hides="other_coordinator"),
    page("reports:message", "coordinator", of="message", hides="other_coordinator"),
    page("reports:message_text", "coordinator", of="message", hides="other_coordinator"),
    form("reports:correct_message", "coordinator", of="message", hides="other_coordinator"),
    button("reports:resend_message", "coordinator", of="message", hides="other_coordinator"),
    button("reports:treat_message_as_sent", "coordinator", of="message", hides="other_coordinator"),
    button("reports:settle_message", "coordinator", of="message", hides="other_coordinator"),
    page("reports:channels", f"{COORDINATORS} administrator"),
    button("reports:resume_channel", f"{COORDINATORS} administrator", of="channel"),
    # Calendars: the feed's address is its key; nobody in this world has a subscription of her own yet
    page("sessions:subscription", SUBSCRIBERS),
    button("sessions:subscribe", SUBSCRIBERS),
    button("sessions:renew_subscription", SUBSCRIBERS, post=404),
    button("sessions:end_subscription", SUBSCRIBERS, post=404),
    public("sessions:feed", "feed"),
    # Progress and certificates
    page("certificates:cohort", "coordinator", of="cohort", hides="other_coordinator"),
    form("certificates:issue", "coordinator", of="cohort", hides="other_coordinator", post=302),
    button("certificates:issue_one", "coordinator", of="enrolment", hides="other_coordinator"),
    page("certificates:progress", "coordinator", of="cohort", hides="other_coordinator"),
    form("certificates:statements", "coordinator", of="cohort", hides="other_coordinator", post=302),
    button("certificates:state_one", "coordinator", of="enrolment", hides="other_coordinator"),
    button("certificates:zip_file", "coordinator", of="cohort", hides="other_coordinator", post=200),
    button("certificates:automatic", "coordinator", of="programme", hides="other_coordinator"),
    page("certificates:register", COORDINATORS),
    page("certificates:register_file", COORDINATORS),
    page("certificates:certificate", "manager coordinator", of="certificate", hides="other_manager other_coordinator"),
    form("certificates:correct", "coordinator", of="certificate", hides="other_coordinator"),
    form("certificates:uphold", "coordinator", of="certificate", hides="other_coordinator"),
    page("certificates:people", MANAGING),
    page("certificates:people_file", MANAGING),
    page("certificates:needs", MANAGING),
    page("certificates:former_people", MANAGING),
    page("certificates:former", "manager", of="left", hides="other_manager coordinator other_coordinator"),
    page("certificates:person", "manager coordinator", of="person", hides="other_manager other_coordinator"),
    page("certificates:timeline", "manager coordinator", of="person", hides="other_manager other_coordinator"),
    page("certificates:my_programme", "participant"),
    page(
        "certificates:download",
        "participant manager coordinator",
        of="certificate",
        hides="other_manager other_coordinator lecturer administrator",
    ),
    form("certificates:revoke", "coordinator", of="certificate", hides="other_coordinator"),
    form("certificates:look", COORDINATORS),
    public("certificates:verify", post=200),
]
