"""From what the sources publish to what readers receive."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from outside import entry, feed, source, text_of

if TYPE_CHECKING:
    from email.message import EmailMessage

    from outside import Mailbox, Night, Program, Publisher, Slack

    from monitor.demo.site import DemoSite

# What the imitated sources publish besides: nothing of it is about the readers' councils' children's services.
NOISE = (
    "Exeter City",
    "Care home told to improve",
    "Durham recruits",
    "Plymouth opens",
    "Village primary school",
    "nursery where children",
    "SATs results",
    "Academy trust",
    "Scotland consults",
    "Estyn",
    "adult social care",
    "Colleges commended",
    "Recycling centres",
    "Fountain switched on",
    "Planning Committee",
)
BETTER = "inadequate → requires improvement; ▲ better, up one grade"


def said_in(payload: dict[str, Any]) -> str:
    return json.dumps(payload, ensure_ascii=False)


def is_briefing(mail: EmailMessage) -> bool:
    return mail["To"] == "dcs-office@example.org"


def briefing(program: Program, mailbox: Mailbox) -> str:
    """The digest of what was first seen, or published, within two hours, as it was mailed."""
    assert program("digest", "briefing", "--since", "2h").returncode == 0
    return text_of(mailbox.mails.wait(is_briefing))


def still_to_tell(program: Program) -> list[str]:
    """The headlines of the digest there would be now."""
    assert program("digest", "briefing", "--since", "2h", "--preview").returncode == 0
    preview = json.loads((program.state / "preview" / "briefing.json").read_text(encoding="utf-8"))
    return [item["title"] for story in preview["stories"] for item in story["items"]]


def test_service_sends_alerts_at_once_and_digests_on_schedule(
    program: Program, site: DemoSite, mailbox: Mailbox, slack: Slack
) -> None:
    digests = (program.config / "digests.toml").read_text(encoding="utf-8")
    program.configure(digests=digests.replace("0 0 1 1 *", "* * * * *"))
    program.polled()
    site.advance()
    with program.running("run") as service:
        alert = mailbox.mails.wait(lambda mail: "Middlesbrough" in mail["Subject"])
        assert alert["To"] == "chair@example.org"
        assert BETTER in text_of(alert)
        # The shortest schedule there is says every minute, and the service looks every quarter of one.
        digest = mailbox.mails.wait(is_briefing, at_most_s=100)
        assert "Middlesbrough: care leavers good → requires improvement" in digest["Subject"]
        slack.payloads.wait(lambda payload: "briefing" in said_in(payload))
        assert service.stop() == 0
    assert len([mail for mail in mailbox.mails if not is_briefing(mail)]) == 2


# --- the morning's digest ------------------------------------------------------------------------------------------


def test_digest_says_what_was_judged_and_what_changed(night: Night) -> None:
    text = text_of(night.mailbox.mails.wait(is_briefing))
    assert "Middlesbrough: full inspection" in text
    assert f"Help and protection: {BETTER}" in text
    assert "Care leavers: good → requires improvement; ▼ worse, down one grade" in text
    assert "Impact of leaders: requires improvement; unchanged since March 2023" in text
    assert "The grades before these changes had stood since March 2023." in text
    assert (
        "Since April 2026 full inspections have given no overall grade; the last was inadequate (March 2023)." in text
    )
    assert "Overall effectiveness:" not in text
    assert "Leicestershire: focused visit" in text


def test_story_in_three_outlets_is_told_once(night: Night) -> None:
    text = text_of(night.mailbox.mails.wait(is_briefing))
    (story,) = (part for part in text.split("* ") if "social workers in Devon are agency staff" in part)
    for outlet in ("Moor and Coast Live", "Westerly Herald", "BBC: Devon"):
        assert outlet in story
        assert outlet not in text.replace(story, "")


def test_slack_gets_the_same_digest_and_alerts(night: Night) -> None:
    in_slack = [payload["text"].partition(" — ")[0] for payload in night.slack.payloads]
    assert sorted(in_slack) == sorted(mail["Subject"] for mail in night.mailbox.mails)


def test_nothing_but_the_readers_councils_childrens_services_is_told(night: Night) -> None:
    everything = " ".join([*map(text_of, night.mailbox.mails), *map(said_in, night.slack.payloads)])
    assert not [noise for noise in NOISE if noise in everything]


def test_claims_come_with_the_sentence_and_the_link(night: Night) -> None:
    text = text_of(night.mailbox.mails.wait(is_briefing))
    story = text.partition("* Almost four in ten children's social workers")[2].partition("* ")[0]
    link = f"{night.site.url}/reach/news/devon-news/four-in-ten-childrens-social-workers-30000106"
    assert story.index(link) < story.index(
        "“The report says that changes of social worker are the main reason for delay.”"
    )
    assert "— ▼ Workforce stability; Moor and Coast Live" in story
    assert f"{night.site.url}/newsquest/news/26000204.scrutiny-committee-told-children-moved/" in story


def test_source_that_began_to_fail_is_named_in_the_digest_and_keeps_what_it_had(night: Night) -> None:
    text = text_of(night.mailbox.mails.wait(is_briefing))
    assert "Estuary Lookout: since" in text
    assert "a web page titled “Before you continue”, not a feed" in text
    stands = [json.loads(line) for line in night.program("sources", "--json").stdout.splitlines()]
    (lookout,) = (one for one in stands if one["source"] == "Estuary Lookout")
    assert (lookout["items"], lookout["failures"] > 0) == (3, True)


def test_first_check_of_a_source_alerts_nobody(night: Night) -> None:
    assert night.told_at_first_check == 0


def test_what_was_told_is_not_told_again(night: Night) -> None:
    told = len(night.mailbox.mails), len(night.slack.payloads)
    night.program.polled()
    assert still_to_tell(night.program) == []
    assert (len(night.mailbox.mails), len(night.slack.payloads)) == told


# --- feeds that change under our feet ------------------------------------------------------------------------------


@pytest.fixture
def gazette(program: Program, publisher: Publisher) -> Publisher:
    """A publisher with one feed of ten entries, at /feed, checked for the first time."""
    program.configure(sources=source("Wexmoor Gazette", f"{publisher.url}/feed"))
    publisher.shows("/feed", feed(*map(entry, range(10))))
    program.polled()
    return publisher


def test_feed_that_gives_all_its_entries_new_addresses_is_news_to_nobody(
    program: Program, gazette: Publisher, mailbox: Mailbox
) -> None:
    assert "Devon social workers" in briefing(program, mailbox)
    gazette.shows("/feed", feed(*(entry(number, address=f"moved/{number}") for number in range(10))))
    assert program.polled()["Wexmoor Gazette"]["new"] == 0
    assert still_to_tell(program) == []


def test_consent_page_is_a_failed_check_and_what_was_known_stands(program: Program, gazette: Publisher) -> None:
    gazette.shows("/feed", "<html><title>Before you continue</title><p>Accept all?</p></html>", "text/html")
    check = program.polled()["Wexmoor Gazette"]
    assert (check["status"], check["error"]) == ("failed", "a web page titled “Before you continue”, not a feed")
    gazette.shows("/feed", feed(*map(entry, range(11))))
    check = program.polled()["Wexmoor Gazette"]
    assert (check["status"], check["new"], check["unchanged"]) == ("new", 1, 10)


def test_digest_says_where_items_may_have_been_missed(program: Program, gazette: Publisher, mailbox: Mailbox) -> None:
    gazette.shows("/feed", feed(*map(entry, range(50, 60))))
    program.polled()
    digest = briefing(program, mailbox)
    assert "missed" in digest.partition("SOURCES")[2].partition("Wexmoor Gazette")[0]


# --- channels that are not at their best ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [(503, b"down", {}), (429, b"ratelimited", {"Retry-After": "1"}), None],
    ids=["down", "busy", "reply lost"],
)
def test_channel_in_trouble_keeps_no_other_waiting_and_misses_nothing(
    program: Program, gazette: Publisher, mailbox: Mailbox, slack: Slack, answer: tuple[int, bytes, dict] | None
) -> None:
    slack.answer, well = answer, slack.answer
    done = program("digest", "briefing", "--since", "2h")
    assert (done.returncode, len(mailbox.mails)) == (1, 1)
    assert "briefing, recipient 2: " in done.stderr
    assert "hook-secret" not in done.stdout + done.stderr
    slack.answer, tried = well, len(slack.payloads)
    program.later()
    assert program("deliver").returncode == 0
    assert (len(mailbox.mails), len(slack.payloads)) == (1, tried + 1)


def test_message_slack_refuses_is_given_up_and_check_says_so(
    program: Program, gazette: Publisher, slack: Slack
) -> None:
    slack.answer = (400, b"invalid_payload", {})
    assert program("digest", "briefing", "--since", "2h").returncode == 1
    assert program("deliver").stdout == "No delivery is due.\n"
    assert "given up: briefing, recipient 2" in program("check").stdout
