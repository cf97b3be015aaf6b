"""The notice as an e-mail: a draft that can be opened, completed and sent."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from .drafting import GOLDEN, data, drafted, refused, story

NIGHT = ("BE/voice-core", GOLDEN / "proximus-2021-01-08" / "input-25000.jsonl")


def mail(*arguments: str | Path) -> EmailMessage:
    """Return the e-mail as another program reads it."""
    message = message_from_bytes(drafted(*arguments, "--format", "eml"), policy=default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    assert not [d for name in message for d in message[name].defects]
    return message


def test_it_is_a_draft_to_the_duty_office() -> None:
    """Subject, recipient by name, a date from the data; who sends it is left open."""
    message = mail(*NIGHT, "--lang", "en")
    assert message["Subject"] == (
        "Brief notice on nature and impact: incident BE/voice-core, since 8 January 2021, "
        "00:00:00 CET"
    )
    assert message["To"].groups[0].display_name == "BIPT's duty office at any hour"
    assert message["To"].addresses == message["From"].addresses == ()
    assert message["Date"].datetime.isoformat() == "2021-01-08T06:30:00+01:00"
    assert message["X-Unsent"] == "1"
    assert "Message-ID" not in message


def test_the_text_is_the_notice() -> None:
    """The body is the plain text of the notice, the warning on top."""
    body = mail(*NIGHT, "--lang", "fr").get_content().replace("\r\n", "\n")
    assert body.startswith("PROJET — pas un avis juridique\n")
    (notice,) = data(*NIGHT, "--lang", "fr", "--step", "brief_notice")["notices"]
    assert body == notice["text"]
    assert max(map(len, body.splitlines())) <= 78


def test_an_address_in_the_pack_is_the_recipient(tmp_path: Path) -> None:
    """Where an operator's pack has the address of the duty office, the mail goes there."""
    pack = (GOLDEN.parents[1] / "monitor" / "policies" / "be" / "bipt.yaml").read_text()
    packs = tmp_path / "packs"
    packs.mkdir()
    own = pack.replace(
        '{by: e_mail, to: "BIPT\'s duty office, at any hour"}', "{by: e_mail, to: duty@bipt.test}"
    )
    assert own != pack
    (packs / "p.yaml").write_text(own)
    message = mail("BE/e1", story(tmp_path), "--policy", packs)
    assert [address.addr_spec for address in message["To"].addresses] == ["duty@bipt.test"]


def test_a_step_that_is_not_sent_by_mail() -> None:
    """A form on a platform is no e-mail: that is said, with how it is sent."""
    sentence = refused(*NIGHT, "--step", "full_notification", "--format", "eml")
    assert "by platform (form on the unified notification platform)" in sentence
