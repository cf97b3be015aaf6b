"""Settings come from the environment alone; every mistake is a sentence, every stranger named."""

import os
import subprocess
from pathlib import Path

import pytest
from pydantic import SecretStr

from monitor.settings import Settings, SettingsError, variable_of
from monitor.settings_load import load_settings, unknown_settings

PASSWORD = "hush-hush"  # noqa: S105 - a test's own
NOT_USED = "is no setting and is not used;"
LOGIN = {
    "MONITOR_KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
    "MONITOR_KAFKA_SASL_USERNAME": "monitor",
    "MONITOR_KAFKA_SASL_PASSWORD": PASSWORD,
}


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("MONITOR_"):
            monkeypatch.delenv(name)


def set_all(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> None:
    """Set variables for one test."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


def mistakes() -> tuple[str, ...]:
    """Return what is wrong with the settings as they are."""
    with pytest.raises(SettingsError) as caught:
        load_settings()
    return caught.value.mistakes


def test_defaults_are_the_documented_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without variables everything has its documented value; an empty one counts as none."""
    monkeypatch.setenv("MONITOR_READING", "")
    settings = load_settings()
    assert settings.broker == "127.0.0.1:9092"
    assert settings.app_id == "outage-monitor"
    assert (settings.reading, settings.correlate) == ("cautious", "group")
    assert settings.merge_gap_us == 3_600_000_000
    assert settings.lateness_horizon_us == 7 * 86_400_000_000
    assert settings.input_stall_us == 30_000_000
    assert settings.max_clock_skew_us == 300_000_000
    assert (settings.web_bind, settings.web_port) == ("127.0.0.1", 6066)
    assert (settings.board_bind, settings.board_port) == ("127.0.0.1", 8080)
    assert (settings.log_format, settings.log_level) == ("auto", "info")
    assert settings.kafka_security_protocol == "PLAINTEXT"
    assert settings.inventory == "required"


def test_names_are_the_documented_ones() -> None:
    """The unit at the end of a name in the program is not part of the variable's name."""
    assert variable_of("merge_gap_us") == "MONITOR_MERGE_GAP"
    assert variable_of("max_clock_skew_us") == "MONITOR_MAX_CLOCK_SKEW"
    assert variable_of("kafka_ssl_cafile") == "MONITOR_KAFKA_SSL_CAFILE"


def test_variables_are_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Durations, lists and choices are written as people write them."""
    set_all(
        monkeypatch,
        {
            "MONITOR_MERGE_GAP": "1h30m",
            "MONITOR_POLICY_DIRS": f"{tmp_path}:{tmp_path}",
            "MONITOR_BROKER": "kafka-1:9092, [::1]:9093",
            "MONITOR_LOG_LEVEL": "WARNING",
            "MONITOR_KAFKA_SECURITY_PROTOCOL": "plaintext",
            "MONITOR_DESIGNATIONS": "x.one, y.two,",
        },
    )
    settings = load_settings()
    assert settings.merge_gap_us == 5_400_000_000
    assert settings.policy_dirs == (tmp_path, tmp_path)
    assert settings.broker == "kafka-1:9092,[::1]:9093"
    assert settings.log_level == "warning"
    assert settings.designations == ("x.one", "y.two")
    assert settings.kafka_security_protocol == "PLAINTEXT"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("MERGE_GAP", "soon", "a duration such as 60m, 90s, 1h30m or PT1H, not 'soon'"),
        ("INPUT_STALL", "0s", "longer than 0, not '0s'"),
        ("READING", "bold", "cautious or literal, not 'bold'"),
        ("APP_ID", "a b", "1 to 100 letters, digits, dots, hyphens and underscores, not 'a b'"),
        ("WEB_PORT", "http", "a port from 1 to 65535; 0: any free one, not 'http'"),
        ("WEB_PORT", "65536", "a port from 1 to 65535; 0: any free one, not '65536'"),
        ("BROKER", "kafka://h:9092", "host:port, or several by commas, not 'kafka://h:9092'"),
        ("BROKER", "h", "host:port, or several by commas, not 'h'"),
        ("BROKER", "h:9092,", "host:port, or several by commas, not 'h:9092,'"),
        ("BROKER", "::1:9092", "host:port, or several by commas, not '::1:9092'"),
        ("KAFKA_SASL_MECHANISM", "GSSAPI", "PLAIN or SCRAM-SHA-256 or SCRAM-SHA-512, not 'GSSAPI'"),
        ("WEB_BIND", "a b", "an address of this machine, such as 127.0.0.1, 0.0.0.0 or ::, not"),
    ],
)
def test_a_mistake_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    """It names the variable and its value, and says what is allowed."""
    monkeypatch.setenv(f"MONITOR_{name}", value)
    (mistake,) = mistakes()
    assert mistake.startswith(f"MONITOR_{name}: expected ")
    assert said in mistake


def test_all_mistakes_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has to correct one to learn of the next; a long value is cut."""
    set_all(monkeypatch, {"MONITOR_READING": "x" * 500, "MONITOR_MERGE_GAP": "-1s"})
    first, second = mistakes()
    assert first.startswith("MONITOR_READING")
    assert len(first) < 150
    assert second.startswith("MONITOR_MERGE_GAP")


def test_the_port_that_kubernetes_sets_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Service called monitor-web gives every container such a variable."""
    monkeypatch.setenv("MONITOR_WEB_PORT", "tcp://10.0.0.1:6066")
    (mistake,) = mistakes()
    assert "enableServiceLinks" in mistake


def test_strangers_are_named_and_their_values_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that is no setting is told with the nearest that is; it may hold a password."""
    set_all(
        monkeypatch,
        {
            "MONITOR_KAFKA_PASSWORD": PASSWORD,
            "MONITOR_MERGE_GAP_US": "5",
            "monitor_reading": "literal",
            "MONITOR_ZZZ": "1",
            "MONITOR_SERVICE_HOST": "10.0.0.1",
            "MONITOR_PORT_6066_TCP": "tcp://10.0.0.1:6066",
            "MONITOR_BROKER": "h:1",
        },
    )
    told = unknown_settings()
    assert PASSWORD not in "".join(told)
    assert told == [
        f"MONITOR_KAFKA_PASSWORD {NOT_USED} did you mean MONITOR_KAFKA_SASL_PASSWORD?",
        f"MONITOR_MERGE_GAP_US {NOT_USED} did you mean MONITOR_MERGE_GAP?",
        f"MONITOR_ZZZ {NOT_USED} `outage-monitor settings` lists them all",
        f"monitor_reading {NOT_USED} did you mean MONITOR_READING?",
    ]
    settings = load_settings()
    assert (settings.merge_gap_us, settings.reading) == (3_600_000_000, "cautious")


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"MONITOR_KAFKA_SECURITY_PROTOCOL": "SASL_SSL"}, "SASL_USERNAME is not set"),
        ({**LOGIN, "MONITOR_KAFKA_SASL_PASSWORD": ""}, "SASL_PASSWORD is not set"),
        ({**LOGIN, "MONITOR_KAFKA_SECURITY_PROTOCOL": ""}, "SASL_PASSWORD is set, but"),
        ({**LOGIN, "MONITOR_KAFKA_SECURITY_PROTOCOL": "SSL"}, "is SSL and makes no use of it"),
        ({"MONITOR_KAFKA_SSL_CAFILE": __file__}, "SSL_CAFILE is set, but"),
        (
            {**LOGIN, "MONITOR_KAFKA_SSL_CERTFILE": __file__},
            "MONITOR_KAFKA_SSL_KEYFILE is not set: a certificate needs its key",
        ),
        (
            {**LOGIN, "MONITOR_KAFKA_SSL_KEYFILE": __file__},
            "MONITOR_KAFKA_SSL_CERTFILE is not set: a certificate needs its key",
        ),
        ({**LOGIN, "MONITOR_KAFKA_SSL_CAFILE": "/nowhere"}, "/nowhere is no file that can be"),
        ({**LOGIN, "MONITOR_KAFKA_SSL_CAFILE": __file__}, "holds no certificates (PEM)"),
        (
            {
                **LOGIN,
                "MONITOR_KAFKA_SSL_CERTFILE": __file__,
                "MONITOR_KAFKA_SSL_KEYFILE": __file__,
            },
            "are no certificate and its key",
        ),
        ({"MONITOR_TOPICS_FILE": "/nowhere.yaml"}, "MONITOR_TOPICS_FILE: /nowhere.yaml is no file"),
        ({"MONITOR_POLICY_DIRS": "/nowhere"}, "MONITOR_POLICY_DIRS: /nowhere is no directory"),
    ],
)
def test_what_does_not_go_together_is_told(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], said: str
) -> None:
    """A login or certificate that would not be used, half of a pair, a file that is not there."""
    set_all(monkeypatch, variables)
    told = mistakes()
    assert said in "\n".join(told)
    assert PASSWORD not in "\n".join(told)


def test_a_key_with_a_passphrase_does_not_ask_for_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A service cannot answer; it is told that such a key cannot be used."""
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-passout", "pass:secret",
         "-subj", "/CN=x", "-keyout", key, "-out", certificate],
        capture_output=True, check=False,
    )  # fmt: skip
    if made.returncode:
        pytest.skip("openssl makes no certificate here")
    set_all(
        monkeypatch,
        {
            "MONITOR_KAFKA_SECURITY_PROTOCOL": "SSL",
            "MONITOR_KAFKA_SSL_CERTFILE": str(certificate),
            "MONITOR_KAFKA_SSL_KEYFILE": str(key),
        },
    )
    (mistake,) = mistakes()
    assert "without a passphrase" in mistake


def test_a_password_is_shown_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither written out nor represented do settings tell it."""
    set_all(monkeypatch, LOGIN)
    settings = load_settings()
    assert settings.kafka_sasl_password == SecretStr(PASSWORD)
    assert PASSWORD not in f"{settings} {settings!r} {settings.model_dump_json()}"


def test_every_setting_is_explained() -> None:
    """There is none without a description."""
    assert [name for name, about in Settings.model_fields.items() if not about.description] == []
