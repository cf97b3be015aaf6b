"""A cluster that each worker reaches through a network of its own."""

import asyncio
from pathlib import Path
from random import Random

from kafka_cluster import Cluster
from kafka_config import HOST, free_ports

from .proxy import Network, Proxy


class Networked(Cluster):
    """Brokers with one listener more for each network; its address is that of a proxy."""

    def __init__(
        self, brokers: int, networks: int, rng: Random, *, data_dir: Path | None = None
    ) -> None:
        """Take how many of each."""
        super().__init__(brokers, data_dir=data_dir, heap_mb=320 if brokers > 1 else 448)
        ports = free_ports(2 * brokers * networks)
        self.networks = [Network() for _ in range(networks)]
        #: by broker and network: the listener's own port, and the proxy's
        self._own = [ports[n * networks : (n + 1) * networks] for n in range(brokers)]
        rest = ports[brokers * networks :]
        self._proxied = [rest[n * networks : (n + 1) * networks] for n in range(brokers)]
        self._proxies = [
            Proxy(self._proxied[n][which], self._own[n][which], network, rng)
            for n in range(brokers)
            for which, network in enumerate(self.networks)
        ]

    def bootstrap_of(self, network: int) -> str:
        """Return the addresses of all brokers as one network knows them."""
        return ",".join(f"{HOST}:{ports[network]}" for ports in self._proxied)

    async def start(self) -> None:
        """Start the proxies, then the brokers."""
        await asyncio.gather(*(proxy.start() for proxy in self._proxies))
        await super().start()

    async def close(self) -> None:
        """End the proxies, then the brokers."""
        await asyncio.gather(*(proxy.close() for proxy in self._proxies))
        await super().close()

    async def _format(self, number: int) -> None:
        """Write the configuration with the further listeners: the last line of a name counts."""
        await super()._format(number)
        config = self._directory(number) / "server.properties"
        said = dict(line.split("=", 1) for line in config.read_text().splitlines())
        names = [f"NETWORK{which}" for which in range(len(self.networks))]
        for name, own, proxied in zip(names, self._own[number], self._proxied[number], strict=True):
            said["listeners"] += f",{name}://{HOST}:{own}"
            said["advertised.listeners"] += f",{name}://{HOST}:{proxied}"
            said["listener.security.protocol.map"] += f",{name}:PLAINTEXT"
        config.write_text("".join(f"{name}={value}\n" for name, value in said.items()))
