"""The closed lists of words that the native form and the inventory share."""

import re
from typing import Annotated, Literal, get_args

from msgspec import Meta

Action = Literal["raise", "change", "clear"]
Service = Literal["fixed_telephony", "mobile_telephony", "fixed_internet", "mobile_internet"]
Severity = Literal["critical", "major", "minor", "warning", "indeterminate", "cleared"]
Kind = Literal[
    "emergency_number_unreachable",
    "psap_unavailable",
    "psap_not_as_planned",
    "interconnection",
    "critical_component",
    "personal_data_breach",
    "digital_infrastructure",
]
DigitalInfrastructure = Literal["ixp", "dns", "tld"]

END_USERS_MAX = 10**9
#: what a record of the internal topic can carry
SEQUENCE_MIN, SEQUENCE_MAX = -(2**63), 2**63 - 1

Text = Annotated[str, Meta(min_length=1)]
_COUNTRY = "^[A-Z][A-Z]\\Z"
Country = Annotated[str, Meta(pattern=_COUNTRY)]
EndUsers = Annotated[int, Meta(ge=0, le=END_USERS_MAX)]
Sequence = Annotated[int, Meta(ge=SEQUENCE_MIN, le=SEQUENCE_MAX)]

ACTIONS: tuple[str, ...] = get_args(Action)
SEVERITIES: tuple[str, ...] = get_args(Severity)
SERVICES: frozenset[str] = frozenset(get_args(Service))
KINDS: frozenset[str] = frozenset(get_args(Kind))
DIGITAL_INFRASTRUCTURE: frozenset[str] = frozenset(get_args(DigitalInfrastructure))


def is_country(text: str) -> bool:
    """Whether this is written like an ISO 3166 alpha-2 code."""
    return re.match(_COUNTRY, text) is not None
