"""How the settings say that Kafka is entered: for our own clients, and for those of Faust."""

import ssl
from typing import Any

import faust

from monitor.broker.access import Broker, Kafka
from monitor.certificates import ssl_context
from monitor.settings import Settings


def broker_of(settings: Settings) -> Kafka:
    """Return the broker that the settings name; raises SettingsError for unusable certificates."""
    return Kafka(settings.broker, _security(settings))


def faust_options(broker: Broker) -> dict[str, Any]:
    """Return what a Faust application must be given to be let in; nothing where all are."""
    options = broker.client_options
    protocol = options.get("security_protocol", "PLAINTEXT")
    context: ssl.SSLContext | None = options.get("ssl_context")
    if protocol.startswith("SASL"):
        return {
            "broker_credentials": faust.SASLCredentials(
                username=options["sasl_plain_username"],
                password=options["sasl_plain_password"],
                mechanism=options["sasl_mechanism"],
                # Faust takes from it, too, whether TLS is spoken.
                ssl_context=context,
            )
        }
    return {"broker_credentials": faust.SSLCredentials(context)} if context else {}


def _security(settings: Settings) -> dict[str, Any]:
    protocol = settings.kafka_security_protocol
    options: dict[str, Any] = {"security_protocol": protocol}
    if protocol.endswith("SSL"):
        options["ssl_context"] = ssl_context(settings)
    if protocol.startswith("SASL"):
        password = settings.kafka_sasl_password
        options |= {
            "sasl_mechanism": settings.kafka_sasl_mechanism,
            "sasl_plain_username": settings.kafka_sasl_username,
            "sasl_plain_password": password.get_secret_value() if password else None,
        }
    return options
