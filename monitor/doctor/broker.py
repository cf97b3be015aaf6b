"""Whether Kafka can be reached: each address that we were told, and each that it tells."""

import socket
import ssl
from collections.abc import Mapping
from typing import Any, Final

from aiokafka.conn import create_conn
from aiokafka.errors import (
    AuthenticationFailedError,
    IllegalSaslStateError,
    SaslAuthenticationFailed,
    UnsupportedSaslMechanismError,
)

from monitor.broker.access import Broker
from monitor.broker.clients import admin_of
from monitor.doctor.finding import KAFKA_ERRORS, Finding, State, fail, ok, reason, warn
from monitor.doctor.here import servers_of
from monitor.settings import variable_of

_ABOUT: Final = "broker"
_ANSWER_MS: Final = 5000
_ADDRESS, _PROTOCOL, _CAFILE, _CERTFILE, _NAME, _PASSWORD, _MECHANISM = map(
    variable_of,
    (
        "broker", "kafka_security_protocol", "kafka_ssl_cafile", "kafka_ssl_certfile",
        "kafka_sasl_username", "kafka_sasl_password", "kafka_sasl_mechanism",
    ),
)  # fmt: skip
_NOT_TRUSTED: Final = (
    f"name in {_CAFILE} who signed the broker's certificate, and in {_ADDRESS} the host that the "
    "certificate is for"
)
_NO_TLS: Final = (
    f"no TLS comes about there: correct {_PROTOCOL} or the port, or our own certificate, "
    f"{_CERTFILE}"
)
_SILENT: Final = (
    "see that the address is right and no firewall is between; a listener that wants TLS or a "
    f"login is silent, too: {_PROTOCOL}"
)
_TODO_ELSE: Final = (
    "see that this is a broker of Kafka, and what its listener wants (TLS, a certificate of ours, "
    f"a login, or none of these): {_PROTOCOL}"
)
#: By what goes wrong, what to do; the first that fits counts.
_TODO: Final[tuple[tuple[type[BaseException], str], ...]] = (
    (socket.gaierror, f"no such host: correct {_ADDRESS}, or the name service"),
    (ssl.SSLCertVerificationError, _NOT_TRUSTED),
    (ssl.SSLError, _NO_TLS),
    (ConnectionRefusedError, f"nobody listens there: start the broker, or correct {_ADDRESS}"),
    (
        AuthenticationFailedError,
        f"correct {_NAME} and {_PASSWORD}, or let the broker know them (for {_MECHANISM})",
    ),
    (SaslAuthenticationFailed, f"correct {_NAME} and {_PASSWORD} (for {_MECHANISM})"),
    (UnsupportedSaslMechanismError, f"set {_MECHANISM} to one that the broker takes"),
    (IllegalSaslStateError, f"the broker takes no login there: correct {_PROTOCOL} or the port"),
    (TimeoutError, _SILENT),
)
_TODO_ADVERTISED: Final = (
    "clients are sent there by the broker: correct its advertised.listeners, or the network; "
)


async def look_at_broker(broker: Broker) -> list[Finding]:
    """Try every address of the settings, ask who is in the cluster, and try these, too."""
    told = servers_of(broker)
    failures = {server: error for server in told if (error := await _enter(broker, *server))}
    if len(failures) == len(told):
        findings = [
            fail(_ABOUT, _said(*server, error), _todo(error)) for server, error in failures.items()
        ]
        return [*findings[:-1], findings[-1]._replace(unreachable=True)]
    one_is_gone = [
        warn(_ABOUT, _said(*server, error), _todo(error)) for server, error in failures.items()
    ]
    try:
        async with admin_of(broker) as admin:
            cluster = await admin.describe_cluster()
    except KAFKA_ERRORS as error:
        return [*one_is_gone, Finding(_ABOUT, State.fail, reason(error), _TODO_ELSE, True)]
    return [*one_is_gone, *await _advertised(broker, cluster, set(told))]


async def _advertised(
    broker: Broker, cluster: Mapping[str, Any], told: set[tuple[str, int]]
) -> list[Finding]:
    """Try the addresses to which the cluster sends its clients."""
    servers = [(b["host"], b["port"]) for b in cluster["brokers"]]
    others = [server for server in servers if server not in told]
    failures = {server: error for server in others if (error := await _enter(broker, *server))}
    findings = [
        fail(_ABOUT, _said(*server, error), _TODO_ADVERTISED + _todo(error))
        for server, error in failures.items()
    ]
    names = ", ".join(f"{host}:{port}" for host, port in sorted(servers))
    how = broker.client_options.get("security_protocol", "PLAINTEXT")
    cluster_id = cluster.get("cluster_id") or "without a name"
    said = f"cluster {cluster_id} answers ({how}); {len(servers)} broker(s): {names}"
    return findings or [ok(_ABOUT, said)]


async def _enter(broker: Broker, host: str, port: int) -> BaseException | None:
    """Connect as all our clients do, and return why that did not work."""
    options = {k: v for k, v in broker.client_options.items() if k != "bootstrap_servers"}
    try:
        connection = await create_conn(host, port, request_timeout_ms=_ANSWER_MS, **options)
    except KAFKA_ERRORS as error:
        return error
    connection.close()
    return None


def _said(host: str, port: int, error: BaseException) -> str:
    return f"{host}:{port} cannot be entered: {reason(error)}"


def _todo(error: BaseException) -> str:
    return next((todo for kind, todo in _TODO if isinstance(error, kind)), _TODO_ELSE)
