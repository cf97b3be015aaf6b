"""The settings: environment variables with the prefix MONITOR_, read once at start."""

import os
from collections.abc import Callable
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Final, Literal, NamedTuple, get_args

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from monitor.durations import duration_us

PREFIX: Final = "MONITOR_"
_60M, _7D, _30S, _5M = map(duration_us, ("60m", "7d", "30s", "5m"))
_PORT_MAX: Final = 65_535


class SettingsError(Exception):
    """Settings that cannot be used: a sentence for each mistake, naming the variable."""

    def __init__(self, *mistakes: str) -> None:
        """Take the sentences."""
        self.mistakes = mistakes
        super().__init__("\n".join(mistakes))


class Allowed(NamedTuple):
    """What a setting may be, in words; where it is a choice, the type says so itself."""

    words: str


def _duration(text: object) -> object:
    return duration_us(text) if isinstance(text, str) else text


def _paths(text: object) -> object:
    """Split a `:`-separated list of directories."""
    return [part for part in text.split(":") if part] if isinstance(text, str) else text


def _names(text: object) -> object:
    """Split a list of names by commas."""
    if not isinstance(text, str):
        return text
    return [name for part in text.split(",") if (name := part.strip())]


def _changed(change: Callable[[str], str]) -> BeforeValidator:
    """Take a choice in whatever case and between whatever spaces."""
    return BeforeValidator(lambda given: change(given.strip()) if isinstance(given, str) else given)


def _servers(text: str) -> str:
    """Return `host:port,...` without spaces; every server names its port."""
    servers = [server.strip() for server in text.split(",")]
    if not all(map(_is_server, servers)):
        message = f"not host:port: {text}"
        raise ValueError(message)
    return ",".join(servers)


def _networks(text: str) -> str:
    """Return addresses and networks without spaces."""
    networks = [network.strip() for network in text.split(",")]
    for network in networks:
        ip_network(network)
    return ",".join(networks)


def _is_server(text: str) -> bool:
    host, _, port = text.rpartition(":")
    bare = host.removeprefix("[").removesuffix("]") if host.startswith("[") else host
    is_host = bool(bare) and not set(bare) & set("/@ []") and (bare != host or ":" not in host)
    return is_host and port.isascii() and port.isdigit() and 0 < int(port) <= _PORT_MAX


_a_duration: Final = Allowed("a duration such as 60m, 90s, 1h30m or PT1H")
Duration = Annotated[int, BeforeValidator(_duration), Field(ge=0), _a_duration]
SomeTime = Annotated[
    int, BeforeValidator(_duration), Field(gt=0), Allowed(_a_duration.words + ", longer than 0")
]
Port = Annotated[int, Field(ge=0, le=_PORT_MAX), Allowed("a port from 1 to 65535; 0: any free one")]
Bind = Annotated[
    str,
    Field(pattern=r"^[^\s/]+$"),
    Allowed("an address of this machine, such as 127.0.0.1, 0.0.0.0 or ::"),
]
File = Annotated[Path | None, Allowed("a file that can be read")]
_lower: Final = _changed(str.lower)
_upper: Final = _changed(str.upper)


class _Environment(PydanticBaseSettingsSource):
    """One variable a setting, as text; the source that comes with the library knows more names."""

    def get_field_value(self, _field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        return given(field_name), field_name, False

    def __call__(self) -> dict[str, Any]:
        fields = self.settings_cls.model_fields
        return {field: value for field in fields if (value := given(field)) is not None}


class Settings(BaseSettings):
    """What can be set from outside; nothing else of the environment is looked at."""

    model_config = SettingsConfigDict(frozen=True, hide_input_in_errors=True)

    broker: Annotated[str, AfterValidator(_servers), Allowed("host:port, or several by commas")] = (
        Field(default="127.0.0.1:9092", description="Kafka's bootstrap servers.")
    )
    app_id: Annotated[
        str,
        Field(pattern=r"^[a-zA-Z0-9._-]{1,100}$"),
        Allowed("1 to 100 letters, digits, dots, hyphens and underscores"),
    ] = Field(
        default="outage-monitor",
        description="Consumer groups, transactional ids and internal topics begin with it.",
    )
    topics_file: File = Field(
        default=None,
        description="Topic names, partitions and retention; unset: the packaged topics.yaml.",
    )
    policy_dirs: Annotated[
        tuple[Path, ...],
        BeforeValidator(_paths),
        Allowed("directories, separated by colons"),
    ] = Field(default=(), description="Directories of policy packs beside the packaged ones.")
    designations: Annotated[
        tuple[str, ...],
        BeforeValidator(_names),
        Allowed("names of the form policy.name, separated by commas"),
    ] = Field(
        default=(),
        description="What the operator is designated as, where the law asks another duty of those "
        "who are; `outage-monitor policies show` names what there is.",
    )
    reading: Annotated[Literal["cautious", "literal"], _lower] = Field(
        default="cautious",
        description="The reading of the law that decides; both are always shown.",
    )
    merge_gap_us: Duration = Field(
        default=_60M,
        description="A longer time without effect begins a new outage.",
    )
    correlate: Annotated[Literal["group", "incident"], _lower] = Field(
        default="group",
        description="What joins alarms into one outage: the inventory's group, or, where it is "
        "given, the operator's incident number.",
    )
    inventory: Annotated[Literal["required", "optional"], _lower] = Field(
        default="required",
        description="Whether a worker waits for an inventory; optional: alarms bring their own "
        "impact and country, and an empty inventory is fine.",
    )
    lateness_horizon_us: SomeTime = Field(
        default=_7D,
        description="Events further behind the clock are counted and left out.",
    )
    input_stall_us: SomeTime = Field(
        default=_30S,
        description="When nobody has confirmed the input for this long, the clock goes on "
        'without it and the events say "input_complete": false.',
    )
    max_clock_skew_us: Duration = Field(
        default=_5M,
        description="An alarm this much ahead of its record's arrival is a dead letter.",
    )
    web_bind: Bind = Field(
        default="127.0.0.1",
        description="Worker: the address of /metrics and /health; other hosts: 0.0.0.0",
    )
    web_port: Port = Field(default=6066, description="Worker: the port of /metrics and /health.")
    board_bind: Bind = Field(
        default="127.0.0.1", description="Board: its address; to be seen from other hosts: 0.0.0.0"
    )
    board_port: Port = Field(default=8080, description="Board: its port.")
    board_token: Annotated[
        SecretStr | None,
        Field(min_length=16),
        Allowed("a secret of at least 16 characters"),
    ] = Field(
        default=None,
        description="Board: what everybody must give to log in. Needed, or a header, where the "
        "board can be reached from other hosts.",
    )
    board_user_header: Annotated[
        str | None,
        Field(pattern=r"^[A-Za-z0-9-]{1,64}$"),
        Allowed("the name of a header, such as X-Forwarded-User"),
    ] = Field(
        default=None,
        description="Board: the header in which a proxy that did the login says who it is.",
    )
    board_proxies: Annotated[
        str,
        AfterValidator(_networks),
        Allowed("addresses or networks, such as 127.0.0.1 or 10.1.0.0/16, separated by commas"),
    ] = Field(
        default="127.0.0.1,::1",
        description="Board: the only proxies whose header is believed.",
    )
    log_format: Annotated[Literal["auto", "json", "console"], _lower] = Field(
        default="auto",
        description="How log lines look; auto: readable on a terminal, JSON elsewhere.",
    )
    log_level: Annotated[Literal["debug", "info", "warning", "error"], _lower] = Field(
        default="info", description="Less important log lines are left out."
    )
    kafka_security_protocol: Annotated[
        Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"], _upper
    ] = Field(
        default="PLAINTEXT", description="Whether Kafka is spoken to over TLS, and with a login."
    )
    kafka_sasl_mechanism: Annotated[Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"], _upper] = (
        Field(default="PLAIN", description="How the login is done, with one of the SASL protocols.")
    )
    kafka_sasl_username: Annotated[str | None, Allowed("a name")] = Field(
        default=None, description="The name to log in with."
    )
    kafka_sasl_password: Annotated[SecretStr | None, Allowed("a password")] = Field(
        default=None, description="The password to log in with; it is never shown and never logged."
    )
    kafka_ssl_cafile: File = Field(
        default=None,
        description="Certificates (PEM) of who signs those of the brokers; unset: the system's.",
    )
    kafka_ssl_certfile: File = Field(
        default=None, description="Our own certificate (PEM), where brokers ask for one."
    )
    kafka_ssl_keyfile: File = Field(
        default=None, description="The key (PEM, without a passphrase) of our own certificate."
    )

    @classmethod
    def settings_customise_sources(  # type: ignore[override]  # sources not used need no name
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        **_others: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take what the program says, then what the environment says; no files."""
        return init_settings, _Environment(settings_cls)


def variable_of(field: str) -> str:
    """Return the environment variable of a setting."""
    return PREFIX + field.removesuffix("_us").upper()


def given(field: str) -> str | None:
    """Return what the environment says of a setting; an empty variable counts as none."""
    return os.environ.get(variable_of(field)) or None


def allowed(field: str) -> str:
    """Say what a setting may be."""
    about = Settings.model_fields[field]
    said = [part.words for part in about.metadata if isinstance(part, Allowed)]
    return said[0] if said else " or ".join(get_args(about.annotation))


def is_secret(field: str) -> bool:
    """Return whether the value of a setting must never be shown."""
    return SecretStr in get_args(Settings.model_fields[field].annotation)
