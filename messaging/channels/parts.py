"""How many SMS a text is charged as: 3GPP TS 23.038 (GSM 03.38) for the letters, TS 23.040 for joining parts."""

# Seven bits each: the default alphabet, which has åäö.
BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
# Twice seven bits: behind an escape.
EXTENDED = frozenset("\f^{}\\[~]|€")
# What else texts are set in, and says the same in letters that cost less.
CHEAPER = str.maketrans({"–": "-", "—": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "…": "...", "\xa0": " "})
ONE_PART, OF_SEVERAL = 160, 153  # in septets; a header joins several
ONE_PART_WIDE, OF_SEVERAL_WIDE = 70, 67  # in UTF-16 units, as soon as one letter is in neither table


def in_cheap_letters(text: str) -> str:
    """Write typographic signs as a typewriter does: each would make the whole text wide."""
    return text.translate(CHEAPER)


def parts_of(text: str) -> int:
    """Return how many parts `text` travels in. No letter is cut in two."""
    if BASIC.union(EXTENDED).issuperset(text):
        sizes, alone, among_several = [1 + (letter in EXTENDED) for letter in text], ONE_PART, OF_SEVERAL
    else:
        sizes, alone, among_several = [1 + (letter > "\uffff") for letter in text], ONE_PART_WIDE, OF_SEVERAL_WIDE
    if sum(sizes) <= alone:
        return 1
    parts, room = 1, among_several
    for size in sizes:
        if size > room:
            parts, room = parts + 1, among_several
        room -= size
    return parts
