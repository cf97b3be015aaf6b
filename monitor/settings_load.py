"""The settings read from the environment: every mistake in a sentence, every stranger named."""

import difflib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from monitor.certificates import ssl_context
from monitor.settings import PREFIX, Settings, SettingsError, allowed, given, is_secret, variable_of

_SHOWN_MAX: Final = 60
#: What Kubernetes sets in every container for a Service called monitor, monitor-web, ...
_SERVICE_NAME: Final = re.compile(r".*_(SERVICE_HOST|SERVICE_PORT(_.*)?|PORT_\d+_(TCP|UDP).*)")
_SERVICE_VALUE: Final = re.compile(r"(tcp|udp)://.*")
_VARIABLES: Final = tuple(map(variable_of, Settings.model_fields))
_PROTOCOL, _MECHANISM, _NAME, _PASSWORD, _CERTFILE, _KEYFILE = (
    variable_of(f"kafka_{name}")
    for name in (
        "security_protocol", "sasl_mechanism", "sasl_username", "sasl_password",
        "ssl_certfile", "ssl_keyfile",
    )
)  # fmt: skip


def load_settings() -> Settings:
    """Return the settings in force, or raise SettingsError with every mistake in them."""
    try:
        settings = Settings()
    except ValidationError as error:
        fields = dict.fromkeys(str(one["loc"][0]) for one in error.errors())
        raise SettingsError(*map(_wrong, fields)) from None
    if mistakes := [*_missing_files(settings), *_odd_pairs(settings)]:
        raise SettingsError(*mistakes)
    # Unusable certificates are told here, and not when a client is made.
    ssl_context(settings)
    return settings


def unknown_settings() -> list[str]:
    """Return a sentence for each variable with our prefix that is no setting; no value is shown."""
    return [
        _unknown(name)
        for name, value in sorted(os.environ.items())
        if name.upper().startswith(PREFIX)
        and name not in _VARIABLES
        and not _SERVICE_NAME.fullmatch(name)
        and not _SERVICE_VALUE.fullmatch(value)
    ]


def _unknown(name: str) -> str:
    nearest = difflib.get_close_matches(name.upper(), _VARIABLES, n=1, cutoff=0.75)
    hint = f"did you mean {nearest[0]}?" if nearest else "`outage-monitor settings` lists them all"
    return f"{name} is no setting and is not used; {hint}"


def _wrong(field: str) -> str:
    name, value = variable_of(field), given(field) or ""
    said = f"{name}: expected {allowed(field)}"
    if is_secret(field):
        return said
    if _SERVICE_VALUE.fullmatch(value):
        return (
            f"{said}, not {_short(value)}, which Kubernetes sets for a Service of such a name: set "
            f"{name} in the pod, or enableServiceLinks: false"
        )
    return f"{said}, not {_short(value)}"


def _short(value: str) -> str:
    return repr(value if len(value) <= _SHOWN_MAX else f"{value[:_SHOWN_MAX]}…")


def _missing_files(settings: Settings) -> Iterator[str]:
    for field in ("topics_file", "kafka_ssl_cafile", "kafka_ssl_certfile", "kafka_ssl_keyfile"):
        path: Path | None = getattr(settings, field)
        if path is not None and not (path.is_file() and os.access(path, os.R_OK)):
            yield f"{variable_of(field)}: {path} is no file that can be read; {_name_one('file')}"
    for path in settings.policy_dirs:
        if not path.is_dir():
            yield f"{variable_of('policy_dirs')}: {path} is no directory; {_name_one('directory')}"


def _name_one(what: str) -> str:
    return f"name a {what} that this user may read, or unset the variable"


def _odd_pairs(settings: Settings) -> Iterator[str]:
    """Find what does not go together: a login or a certificate that would not be used, or half."""
    protocol = settings.kafka_security_protocol
    login = (settings.kafka_sasl_username, settings.kafka_sasl_password)
    for name, value in zip((_NAME, _PASSWORD), login, strict=True):
        if protocol.startswith("SASL") and value is None:
            yield f"{name} is not set, but {_PROTOCOL} is {protocol} and needs a login: set it"
    for field in Settings.model_fields:
        kind = field.removeprefix("kafka_").partition("_")[0].upper()
        if kind in ("SASL", "SSL") and given(field) is not None and kind not in protocol.split("_"):
            yield (
                f"{variable_of(field)} is set, but {_PROTOCOL} is {protocol} and makes no use of "
                f"it: set {_PROTOCOL} to SASL_SSL or {'SASL_PLAINTEXT' if kind == 'SASL' else kind}"
                ", or unset it"
            )
    pair = {_CERTFILE: settings.kafka_ssl_certfile, _KEYFILE: settings.kafka_ssl_keyfile}
    if sum(value is not None for value in pair.values()) == 1:
        missing = next(name for name, value in pair.items() if value is None)
        yield f"{missing} is not set: a certificate needs its key (they may be in one file)"
