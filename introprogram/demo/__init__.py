"""The demo region: openly fictitious people in Skåne's 33 municipalities, dates relative to today."""
