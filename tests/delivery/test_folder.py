from __future__ import annotations

import json
from email import message_from_bytes, policy

import pytest
from far_ends import delivery, message

from monitor.delivery.folder import FolderSender
from monitor.errors import DeliveryUnavailable
from monitor.model import FolderChannel, Recipient

HERE = Recipient(channel="folder")
NAME = "20260618T063000Z-weekday-briefing-"


def send(path, one=None, words=None):
    sender = FolderSender(FolderChannel(name="folder", path=path))
    sender.send(one or delivery(), words or message(), HERE)
    sender.close()
    return sorted(path.iterdir())


def test_every_wording_of_the_message_is_there(tmp_path):
    files = send(tmp_path / "state" / "outbox")
    assert all(file.name.startswith(NAME) for file in files)
    found = {file.name[len(NAME) + 8 :]: file.read_bytes() for file in files}
    assert set(found) == {".eml", ".html", ".txt", ".json", "-slack.json"}
    assert found[".html"].decode() == message().html
    assert found[".txt"].decode() == message().text
    assert json.loads(found[".json"]) == {"message_id": "<0f1e2d@example.org>", **message().data}
    assert json.loads(found["-slack.json"]) == list(message().slack)
    mail = message_from_bytes(found[".eml"], policy=policy.default)
    assert mail["Subject"] == message().subject
    assert mail["Message-ID"] == "<0f1e2d@example.org>"


def test_sent_again_it_replaces_its_own_files(tmp_path):
    first = {file: file.read_bytes() for file in send(tmp_path)}
    assert {file: file.read_bytes() for file in send(tmp_path)} == first


def test_another_message_of_the_same_second_has_its_own_files(tmp_path):
    send(tmp_path)
    assert len(send(tmp_path, delivery(message_id="<other@example.org>"))) == 10


@pytest.mark.parametrize("name", ["../../outside", "/etc/passwd", "a\x00b", "CON:|?*", "🏛" * 300, ""])
def test_no_subscription_name_leads_out_of_the_folder(tmp_path, name):
    files = send(tmp_path / "outbox", delivery(subscription=name))
    assert len(files) == 5
    assert [entry.name for entry in tmp_path.iterdir()] == ["outbox"]


def test_folder_that_cannot_be_written_is_tried_again(tmp_path):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(DeliveryUnavailable, match="the folder cannot be written: File exists") as caught:
        send(tmp_path / "taken")
    assert str(tmp_path) not in caught.value.reason


def test_a_half_written_file_is_never_left(tmp_path):
    outbox = tmp_path / "outbox"
    (blocked,) = [file for file in send(outbox) if file.suffix == ".txt"]
    blocked.unlink()
    blocked.mkdir()
    (blocked / "in the way").touch()
    with pytest.raises(DeliveryUnavailable):
        send(outbox)
    assert not list(outbox.glob(".*"))
