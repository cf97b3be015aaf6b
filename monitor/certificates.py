"""The certificates that the settings name, read for TLS to Kafka."""

import ssl

from monitor.settings import Settings, SettingsError, variable_of

_CAFILE, _CERTFILE, _KEYFILE = map(
    variable_of, ("kafka_ssl_cafile", "kafka_ssl_certfile", "kafka_ssl_keyfile")
)


def ssl_context(settings: Settings) -> ssl.SSLContext:
    """Read the certificates; a key with a passphrase must not make a service ask for it."""
    try:
        context = ssl.create_default_context(cafile=settings.kafka_ssl_cafile)
    except (OSError, ValueError) as error:
        message = f"{_CAFILE}: {settings.kafka_ssl_cafile} holds no certificates (PEM): {error}"
        raise SettingsError(message) from None
    if settings.kafka_ssl_certfile is not None:
        try:
            context.load_cert_chain(
                settings.kafka_ssl_certfile, settings.kafka_ssl_keyfile, password=lambda: b""
            )
        except (OSError, ValueError) as error:
            message = (
                f"{_CERTFILE}, {_KEYFILE}: {settings.kafka_ssl_certfile} and "
                f"{settings.kafka_ssl_keyfile} are no certificate and its key (PEM, without a "
                f"passphrase): {error}"
            )
            raise SettingsError(message) from None
    return context
