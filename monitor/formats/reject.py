"""Why bytes could not be used, as one of a closed list of reasons."""

from enum import StrEnum

from msgspec import Struct


class Reason(StrEnum):
    """The closed list of reasons; the words are part of the outside."""

    TOO_LONG = "too_long"
    NOT_UTF8 = "not_utf8"
    NOT_JSON = "not_json"
    NOT_AN_OBJECT = "not_an_object"
    MISSING_FIELD = "missing_field"
    BAD_VALUE = "bad_value"
    NO_KEY = "no_key"
    PARTLY_USED = "partly_used"
    #: live only: further ahead of the record's arrival than the clock skew allows
    AHEAD_OF_ARRIVAL = "ahead_of_arrival"
    #: live only: a record without a value, which marks a deletion where records are compacted
    EMPTY = "empty"
    #: actions only: what they name is not there, or not so
    UNKNOWN_OUTAGE = "unknown_outage"
    UNKNOWN_OBLIGATION = "unknown_obligation"
    UNKNOWN_ACTION = "unknown_action"
    UNKNOWN_ALARM = "unknown_alarm"
    NOT_ONE_OBLIGATION = "not_one_obligation"
    ACTION_ID_USED = "action_id_used"
    TOO_LATE = "too_late"
    #: live only: our own code failed on it
    INTERNAL_ERROR = "internal_error"


class Reject(Struct, frozen=True):
    """A reason from the list, and a sentence that names the field and says what was expected."""

    reason: Reason
    detail: str


class UnreadableError(Exception):
    """Raised inside a reader for bytes that cannot be used at all."""

    def __init__(self, reason: Reason, detail: str) -> None:
        """Carry the reject that the reader returns."""
        super().__init__(detail)
        self.reject = Reject(reason, detail)
