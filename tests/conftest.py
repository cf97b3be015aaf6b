"""What the tests of this run have: said at its beginning, also when several processes share it."""

import pytest
from browser.chromium import AXE, chromium
from kafka_jars import missing, version


def pytest_sessionstart(session: pytest.Session) -> None:
    """Say on which brokers and in which browser the tests run; a header is not, when quiet."""
    terminal = session.config.pluginmanager.get_plugin("terminalreporter")
    if terminal is None:
        return  # one of several processes
    why_not = missing()
    kafka = f"embedded only ({why_not})" if why_not else f"Apache Kafka {version()} and embedded"
    axe = "with axe-core" if AXE.is_file() else "without axe-core"
    terminal.write_line(f"broker: {kafka}")
    terminal.write_line(f"browser: {chromium() or 'none'}, {axe}")
