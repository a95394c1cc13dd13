from reports.forms.messages import CorrectAddressForm, MessageFilter

__all__ = ["CorrectAddressForm", "MessageFilter"]
