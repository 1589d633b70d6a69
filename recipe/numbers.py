"""Numbers in words, English and Dutch."""


def listed(words: str) -> list[str]:
    """What stands between the spaces."""
    return words.split()


ENGLISH_UNITS = listed(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen"
)
ENGLISH_TENS = listed("- - twenty thirty forty fifty sixty seventy eighty ninety")
DUTCH_UNITS = listed(
    "nul een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien"
    " zestien zeventien achttien negentien"
)
DUTCH_TENS = listed("- - twintig dertig veertig vijftig zestig zeventig tachtig negentig")

ENGLISH_ODD_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth",
    "nine": "ninth", "twelve": "twelfth",
}  # fmt: skip
DUTCH_ODD_ORDINALS = {"een": "eerste", "acht": "achtste", "drie": "derde"}


def english_number(number: int) -> str:
    """0 to 999,999: "twenty-one", "three hundred and five", "twelve thousand"."""
    if number < 20:
        return ENGLISH_UNITS[number]
    if number < 100:
        tens, unit = divmod(number, 10)
        return ENGLISH_TENS[tens] + (f"-{ENGLISH_UNITS[unit]}" if unit else "")
    if number < 1000:
        hundreds, rest = divmod(number, 100)
        return f"{ENGLISH_UNITS[hundreds]} hundred" + (
            f" and {english_number(rest)}" if rest else ""
        )
    thousands, rest = divmod(number, 1000)
    return f"{english_number(thousands)} thousand" + (f" {english_number(rest)}" if rest else "")


def dutch_number(number: int) -> str:
    """0 to 999,999: "eenentwintig", "tweeëntwintig", "driehonderdvijf", "twaalfduizend"."""
    if number < 20:
        return DUTCH_UNITS[number]
    if number < 100:
        tens, unit = divmod(number, 10)
        if not unit:
            return DUTCH_TENS[tens]
        # A vowel that meets the same vowel takes a trema: tweeëntwintig, drieëndertig.
        joint = "ën" if DUTCH_UNITS[unit].endswith("e") else "en"
        return DUTCH_UNITS[unit] + joint + DUTCH_TENS[tens]
    if number < 1000:
        hundreds, rest = divmod(number, 100)
        many = DUTCH_UNITS[hundreds] if hundreds > 1 else ""
        return f"{many}honderd" + (dutch_number(rest) if rest else "")
    thousands, rest = divmod(number, 1000)
    many = dutch_number(thousands) if thousands > 1 else ""
    return f"{many}duizend" + (f" {dutch_number(rest)}" if rest else "")


def english_ordinal(number: int) -> str:
    """1 to 99: "first", "twenty-first", "thirtieth"."""
    words = english_number(number)
    head, dash, last = words.rpartition("-")
    if last in ENGLISH_ODD_ORDINALS:
        last = ENGLISH_ODD_ORDINALS[last]
    elif last.endswith("y"):
        last = last[:-1] + "ieth"
    else:
        last += "th"
    return head + dash + last


def dutch_ordinal(number: int) -> str:
    """1 to 99: "eerste", "derde", "eenentwintigste"."""
    words = dutch_number(number)
    if words in DUTCH_ODD_ORDINALS:
        return DUTCH_ODD_ORDINALS[words]
    return words + ("de" if number < 20 else "ste")
