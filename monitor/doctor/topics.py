"""Whether the topics are as `topics.yaml` declares them."""

from typing import Final

from monitor.broker.access import Broker
from monitor.doctor.finding import Finding, fail, ok, warn
from monitor.settings import Settings, variable_of
from monitor.topics import Topics, TopicsError, load_topics
from monitor.topics_cluster import ask
from monitor.topics_plan import differences, refused

_ABOUT: Final = "topics"
_TODO: Final = "see `outage-monitor topics plan`"


def declared(settings: Settings) -> Topics | Finding:
    """Read `topics.yaml`, or say what is wrong with it."""
    try:
        return load_topics(settings.app_id, settings.topics_file)
    except (TopicsError, OSError) as error:
        said = " ".join(str(error).split())
        return fail(_ABOUT, said, f"correct the file, or unset {variable_of('topics_file')}")


async def look_at_topics(broker: Broker, topics: Topics) -> tuple[list[Finding], set[str]]:
    """Compare; return what was found, and the topics that are there."""
    cluster = await ask(broker, topics)
    found = differences(topics, cluster)
    stops = refused(found)
    findings = [
        (fail if difference in stops else warn)(_ABOUT, said, todo or _TODO)
        for difference in found
        for said, _, todo in [str(difference).partition("; ")]
    ]
    there = set(cluster.topics)
    return findings or [ok(_ABOUT, f"all {len(there)} are as declared")], there
