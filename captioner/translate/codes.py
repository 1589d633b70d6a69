"""Codes of languages as people and programs write them."""

LONGEST_CODE = 12


def clean_code(text: str) -> str:
    """A code as it was meant, small and with hyphens; empty: it can be none."""
    code = text.strip().lower().replace("_", "-")
    is_one = code.replace("-", "").isalnum() and code.isascii() and len(code) <= LONGEST_CODE
    return code if is_one else ""
