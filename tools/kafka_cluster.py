"""Apache Kafka on this machine for tests, chaos runs and benches: one broker or several.

Every node is broker and KRaft controller, listens on the loopback only, and is its own process, so
that it can be killed, frozen and started again with the same ports and data.
"""

import asyncio
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from kafka_config import HOST, free_ports, properties
from kafka_jars import LIB, POM, KafkaMissingError, java, missing
from kafka_wire import brokers_known_to

_START_S: Final = 60.0
_STOP_S: Final = 20.0
_ASK_AGAIN_S: Final = 0.1
#: Any 16 bytes will do, in the form that Kafka writes them.
_CLUSTER_ID: Final = "b3V0YWdlLW1vbml0b3ItMQ"
_LOG4J: Final = POM.with_name("log4j2.properties")
#: Where the system can, a broker ends with us, however we end.
_SETPRIV: Final = shutil.which("setpriv")
_DIES_WITH_US: Final = [_SETPRIV, "--pdeathsig", "KILL"] if _SETPRIV else []


class KafkaStartError(RuntimeError):
    """Raised when a broker does not start; the message holds what it said."""


class Cluster:
    """Apache Kafka brokers 0 to n-1.

    Processes belong to the thread that starts them: when it ends, they do.
    """

    def __init__(
        self,
        brokers: int = 1,
        *,
        port: int | None = None,
        data_dir: Path | None = None,
        heap_mb: int | None = None,
    ) -> None:
        """Take the first broker's port and the directory, or find free ones."""
        self._temporary = None if data_dir else tempfile.TemporaryDirectory(prefix="kafka-")
        self.data_dir = data_dir or Path(self._temporary.name if self._temporary else "")
        self._heap_mb = heap_mb or (512 if brokers == 1 else 384)
        self._processes: list[subprocess.Popen[bytes] | None] = [None] * brokers
        found = free_ports(2 * brokers)
        self.ports = found[:brokers] if port is None else list(range(port, port + brokers))
        self._controller_ports = found[brokers:]

    @property
    def bootstrap(self) -> str:
        """Return the address of all brokers: `host:port,...`."""
        return ",".join(f"{HOST}:{port}" for port in self.ports)

    async def __aenter__(self) -> Self:
        """Start all brokers."""
        await self.start()
        return self

    async def __aexit__(
        self,
        _type: type[BaseException] | None,
        _value: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        """End all brokers, and remove their data if the directory is temporary."""
        await self.close()

    # -- all

    async def start(self) -> None:
        """Start all brokers, and wait until each knows all."""
        if (reason := missing()) is not None:
            raise KafkaMissingError(reason)
        brokers = range(len(self._processes))
        try:
            await asyncio.gather(*(self._format(number) for number in brokers))
            for number in brokers:
                self._spawn(number)
            await asyncio.gather(*(self._answers(n, set(brokers)) for n in brokers))
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """End all brokers: kindly if their data is kept, else at once."""
        running = [n for n, process in enumerate(self._processes) if process is not None]
        if self._temporary is None:
            for number in running:
                self.resume(number)
            await asyncio.gather(*(self.stop(number) for number in running))
            return
        for number in running:
            self.kill(number)
        self._temporary.cleanup()

    # -- one

    def kill(self, number: int) -> None:
        """End a broker at once (SIGKILL), as a crash does."""
        process = self._process(number)
        process.kill()
        process.wait()
        self._processes[number] = None

    async def stop(self, number: int) -> None:
        """End a broker as an operator does (SIGTERM): it hands its partitions over first."""
        process = self._process(number)
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            await asyncio.to_thread(process.wait, _STOP_S)
        self.kill(number)

    async def restart(self, number: int) -> None:
        """Start a broker that was ended, with its ports and data, and wait until it is back."""
        self._spawn(number)
        await self._answers(number, {number})

    def pause(self, number: int) -> None:
        """Freeze a broker (SIGSTOP)."""
        self._process(number).send_signal(signal.SIGSTOP)

    def resume(self, number: int) -> None:
        """Let a frozen broker go on (SIGCONT)."""
        self._process(number).send_signal(signal.SIGCONT)

    def pid(self, number: int) -> int:
        """Return the process id of a running broker."""
        return self._process(number).pid

    # -- inside

    def _process(self, number: int) -> subprocess.Popen[bytes]:
        process = self._processes[number]
        if process is None:
            message = f"broker {number} is not running"
            raise KafkaStartError(message)
        return process

    def _directory(self, number: int) -> Path:
        return self.data_dir / f"broker-{number}"

    async def _format(self, number: int) -> None:
        """Write a broker's configuration, and make its storage unless it is there."""
        directory = self._directory(number)
        directory.mkdir(parents=True, exist_ok=True)
        config = directory / "server.properties"
        config.write_text(properties(number, self.ports, self._controller_ports, directory))
        command = self._java("kafka.tools.StorageTool", "format", "--ignore-formatted")
        process = await asyncio.create_subprocess_exec(
            *command, "--cluster-id", _CLUSTER_ID, "--config", str(config),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        said, _ = await process.communicate()
        if process.returncode != 0:
            message = f"Apache Kafka's storage could not be made: {said.decode(errors='replace')}"
            raise KafkaStartError(message)

    def _spawn(self, number: int) -> None:
        if self._processes[number] is not None:
            message = f"broker {number} is running already"
            raise KafkaStartError(message)
        directory = self._directory(number)
        with (directory / "output.log").open("ab") as output:
            self._processes[number] = subprocess.Popen(
                [*_DIES_WITH_US, *self._java("kafka.Kafka", str(directory / "server.properties"))],
                # A session of its own keeps the terminal's Ctrl-C from it: it must end last.
                start_new_session=True,
                cwd=directory,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def _java(self, main: str, *arguments: str) -> list[str]:
        options = [f"-Xmx{self._heap_mb}m", f"-Xms{self._heap_mb // 4}m", "-XX:+UseSerialGC"]
        options += ["-Xshare:auto", f"-Dlog4j2.configurationFile={_LOG4J}"]
        return [java(), *options, "-cp", f"{LIB}/*", main, *arguments]

    async def _answers(self, number: int, wanted: set[int]) -> None:
        """Wait until a broker answers, and knows all that are wanted."""
        deadline_s = time.monotonic() + _START_S
        while time.monotonic() < deadline_s:
            if self._process(number).poll() is not None:
                break
            if wanted <= await brokers_known_to(HOST, self.ports[number]):
                return
            await asyncio.sleep(_ASK_AGAIN_S)
        said = (self._directory(number) / "output.log").read_text(errors="replace")[-3000:]
        message = f"broker {number} does not start; it said: {said.strip() or 'nothing'}"
        raise KafkaStartError(message)
