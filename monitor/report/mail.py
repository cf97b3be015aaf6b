"""The notice of one step as an e-mail that opens as a draft."""

import re
from collections.abc import Sequence
from email.headerregistry import Address, Group
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final

from monitor.core.duty import Step
from monitor.messages.printable import printable
from monitor.report.draft import Draft
from monitor.report.notice import body, subject
from monitor.report.words import Words

_ADDRESS: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


def mail(draft: Draft, step: Step, addressees: Sequence[str], words: Words) -> bytes:
    """Return the notice as an e-mail (RFC 5322) that opens as a draft."""
    message = EmailMessage(policy=SMTP)
    # Who sends it is for a person to say; a group without members is an address that is none yet.
    message["From"] = [Group(_phrase(words.say("draft.open")), ())]
    message["To"] = _recipients(step, addressees, words)
    message["Subject"] = subject(draft, step, words)
    message["Date"] = format_datetime(words.when(draft.clock_us))
    message["X-Unsent"] = "1"
    text = body(draft, step, addressees, words)
    message.set_content(text, charset="utf-8", cte="quoted-printable")
    message["Content-Language"] = words.language
    return bytes(message)


def _recipients(step: Step, addressees: Sequence[str], words: Words) -> list[Address | Group]:
    """Return the addresses in the pack's channels; else whom it is for, without an address."""
    channels = [to for by, to in step.channels if by == "e_mail"]
    found = [address for to in channels for address in _ADDRESS.findall(to)]
    if found:
        return [Address(addr_spec=address) for address in found]
    names = [*map(words.pack, channels), *map(words.pack, addressees)]
    return [Group(_phrase(names[0]), ())]


def _phrase(text: str) -> str:
    """Return a name as it may stand in a header."""
    return printable(text).replace(",", "").replace(":", "").replace(";", "")
