"""Colours such as #0B5563, and whether they can be read on each other (WCAG 2.2, 1.4.3 Contrast (Minimum))."""

READABLE = 4.5  # the least contrast of text
EASY = 7.0  # and that with which it is read without effort (1.4.6)


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def readable_on(ground: str, colour: str) -> str:
    """Return `colour`, mixed with as much white as it takes to be read easily on the dark `ground`."""
    channels = [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
    for share in range(0, 101, 5):
        mixed = "#" + "".join(f"{channel + (255 - channel) * share // 100:02X}" for channel in channels)
        if contrast(mixed, ground) >= EASY:
            return mixed
    raise ValueError(f"nothing can be read on {ground}")


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[place : place + 2], 16) / 255) for place in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
