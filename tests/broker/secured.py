"""Apache Kafka with listeners that want a login, TLS or both, and with rights."""

import subprocess
from pathlib import Path

from kafka_cluster import Cluster
from kafka_config import HOST, free_ports

#: May do everything.
NAME, PASSWORD = "monitor", "hush-hush-hush"
#: May log in, by PLAIN, and do nothing.
STRANGER, STRANGERS_PASSWORD = "stranger", "psst-psst-psst"
_PROTOCOLS = {"LOGIN": "SASL_PLAINTEXT", "BOTH": "SASL_SSL", "TLS": "SSL"}
_MODULES = "org.apache.kafka.common.security"
_LOGINS = {
    "plain": f"{_MODULES}.plain.PlainLoginModule required "
    f'user_{NAME}="{PASSWORD}" user_{STRANGER}="{STRANGERS_PASSWORD}";',
    "scram-sha-256": f"{_MODULES}.scram.ScramLoginModule required;",
    "scram-sha-512": f"{_MODULES}.scram.ScramLoginModule required;",
}


class SecuredCluster(Cluster):
    """One broker with the plain listener of all tests, and one for each way to be let in."""

    def __init__(self) -> None:
        """Find the ports."""
        super().__init__()
        self.secured = dict(zip(_PROTOCOLS.values(), free_ports(len(_PROTOCOLS)), strict=True))

    @property
    def certificate(self) -> Path:
        """Return the file with a certificate for everybody, which is signed by itself."""
        return self.data_dir / "certificate.pem"

    @property
    def key(self) -> Path:
        """Return the file with its key."""
        return self.data_dir / "key.pem"

    def address(self, protocol: str) -> str:
        """Return the address of the listener for a protocol."""
        return f"{HOST}:{self.secured[protocol]}"

    async def _format(self, number: int) -> None:
        """Make a certificate, and add to the configuration; what stands last in it counts."""
        self._make_certificate()
        await super()._format(number)
        config = self._directory(number) / "server.properties"
        before = dict(line.split("=", 1) for line in config.read_text().splitlines())
        own = "".join(f"{name}={value}\n" for name, value in self._properties(before).items())
        config.write_text(config.read_text() + own)

    def _java(self, main: str, *arguments: str) -> list[str]:
        command = super()._java(main, *arguments)
        if main == "kafka.tools.StorageTool":
            for mechanism in ("SCRAM-SHA-256", "SCRAM-SHA-512"):
                command += ["--add-scram", f"{mechanism}=[name={NAME},password={PASSWORD}]"]
        return command

    def _properties(self, before: dict[str, str]) -> dict[str, str]:
        listeners = [f"{name}://{self.address(protocol)}" for name, protocol in _PROTOCOLS.items()]
        own = {
            "listeners": ",".join([before["listeners"], *listeners]),
            "advertised.listeners": ",".join([before["advertised.listeners"], *listeners]),
            "listener.security.protocol.map": ",".join(
                [
                    before["listener.security.protocol.map"],
                    *(f"{name}:{protocol}" for name, protocol in _PROTOCOLS.items()),
                ]
            ),
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users": f"User:ANONYMOUS;User:{NAME};User:CN={HOST}",
            # A refused login is told at once, not after a while.
            "connection.failed.authentication.delay.ms": "0",
        }
        for name, protocol in _PROTOCOLS.items():
            own |= self._listener(f"listener.name.{name.lower()}", protocol)
        return own

    def _listener(self, prefix: str, protocol: str) -> dict[str, str]:
        own = {}
        if protocol.startswith("SASL"):
            mechanisms = ",".join(mechanism.upper() for mechanism in _LOGINS)
            own[f"{prefix}.sasl.enabled.mechanisms"] = mechanisms
            for mechanism, login in _LOGINS.items():
                own[f"{prefix}.{mechanism}.sasl.jaas.config"] = login
        if protocol.endswith("SSL"):
            for store, file in (("keystore", "both.pem"), ("truststore", "certificate.pem")):
                own[f"{prefix}.ssl.{store}.type"] = "PEM"
                own[f"{prefix}.ssl.{store}.location"] = str(self.data_dir / file)
            own[f"{prefix}.ssl.client.auth"] = "required" if protocol == "SSL" else "none"
        return own

    def _make_certificate(self) -> None:
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
             "-subj", f"/CN={HOST}", "-addext", f"subjectAltName=IP:{HOST}",
             "-keyout", self.key, "-out", self.certificate],
            check=True, capture_output=True,
        )  # fmt: skip
        both = self.key.read_text() + self.certificate.read_text()
        (self.data_dir / "both.pem").write_text(both)
