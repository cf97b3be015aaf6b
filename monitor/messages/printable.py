"""Text from the outside, made safe to print."""


def printable(text: str) -> str:
    """Replace what could move a cursor or colour a terminal; names come from outside."""
    return text if text.isprintable() else "".join(c if c.isprintable() else "\ufffd" for c in text)
