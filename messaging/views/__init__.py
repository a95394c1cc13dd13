from messaging.views.mailbox import attachment, html, mail, mailbox
from messaging.views.webhooks import mail_reports, sms_report

__all__ = ["attachment", "html", "mail", "mail_reports", "mailbox", "sms_report"]
