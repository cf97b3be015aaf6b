"""What the doctor can see without Kafka: settings and policies."""

from collections.abc import Iterator
from ipaddress import ip_address

from monitor.broker.access import Broker
from monitor.doctor.finding import Finding, fail, ok, warn
from monitor.packs.errors import DesignationError, PackError
from monitor.packs.loading import load_law, load_packs
from monitor.packs.validity import countries_without_policy, ending_soon
from monitor.settings import Settings, given, variable_of
from monitor.settings_load import unknown_settings

_SETTINGS, _POLICIES = "settings", "policies"
_ALL_LISTED = "`outage-monitor settings` lists all settings; correct or unset it"


def wrong_settings(mistakes: tuple[str, ...]) -> list[Finding]:
    """Say which settings cannot be used."""
    return [fail(_SETTINGS, mistake, _ALL_LISTED) for mistake in mistakes]


def look_at_settings(settings: Settings) -> Iterator[Finding]:
    """Look at settings that can be used: strangers, and what is unwise."""
    for sentence in unknown_settings():
        yield warn(_SETTINGS, sentence, "correct or unset it")
    if settings.kafka_security_protocol == "SASL_PLAINTEXT" and not _all_here(settings.broker):
        in_clear = settings.kafka_sasl_mechanism == "PLAIN"
        what = "the password and all records" if in_clear else "all records"
        yield warn(
            _SETTINGS,
            f"{what} cross the network in clear: {variable_of('kafka_security_protocol')} is "
            f"SASL_PLAINTEXT",
            "use SASL_SSL",
        )
    count = sum(given(field) is not None for field in Settings.model_fields)
    yield ok(_SETTINGS, f"no mistake; {count} from the environment, the others by default")


def look_at_policies(settings: Settings, now_us: int) -> Iterator[Finding]:
    """Look at the packs: whether they load, which end soon, and where nothing is in force."""
    try:
        packs = load_packs(settings.policy_dirs)
        load_law(settings.policy_dirs, settings.designations)
    except DesignationError as error:
        yield fail(_POLICIES, str(error), f"correct {variable_of('designations')}")
        return
    except PackError as error:
        for mistake in error.mistakes:
            yield fail(_POLICIES, str(mistake), "see `outage-monitor policies check`")
        return
    for ending in ending_soon(packs, now_us):
        said, _, todo = str(ending).partition("; ")
        yield warn(_POLICIES, said, todo)
    for country in countries_without_policy(packs, now_us):
        yield fail(
            _POLICIES,
            f"no policy is in force for {country}: no outage there would be notified",
            "find out what its authority asks, and add a pack",
        )
    yield ok(_POLICIES, f"{len(packs)} packs: {', '.join(pack.policy for pack in packs)}")


def host_of(server: str) -> tuple[str, int]:
    """Return host and port of `host:port` or `[address]:port`."""
    host, _, port = server.rpartition(":")
    return host.removeprefix("[").removesuffix("]"), int(port)


def _all_here(servers: str) -> bool:
    return all(_is_here(host_of(server)[0]) for server in servers.split(","))


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def servers_of(broker: Broker) -> list[tuple[str, int]]:
    """Return host and port of each server that the settings name."""
    return [host_of(server) for server in broker.bootstrap.split(",")]
