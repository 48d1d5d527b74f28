"""What stands under a report is the report's own; what others say stands under whose words it is."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from media import in_each_medium, worded
from render_examples import LONDON, NOW, TITLES, digest, item, label, news, told

from monitor.model import Event, Feed, FeedEntry, Polarity, UpdateReason
from monitor.render.feeds import files
from monitor.stories import tell

OWN = "Leaders know their services well and act on what they find."
SAID = "Children in Wexmoor, Plymouth and Torbay were failed by those who leave."
REPORT_URL = news().url
COUNCIL = "https://news.wexmoor.example.gov.uk/statement"
REPORTED = "Evil Echo reports that the council has responded: “We accept”"


def story(*others):
    one = item(
        "Children's services inspection: Wexmoor", url=REPORT_URL, source="Ofsted reports: Wexmoor", publisher=""
    )
    labels = {"themes": (label("leadership", Polarity.PROGRESS, OWN),), "event": Event.FULL_INSPECTION}
    return tell(1, [told(replace(one, is_report=True), councils=("Wexmoor",), **labels), *others])


def press(url="https://echo.example.org/1", **labels):
    one = item("Failed, says our source", url=url, source="Evil Echo", publisher="", id=2, text=SAID * 9)
    values = {"councils": ("Wexmoor", "Plymouth", "Torbay"), "themes": (label(text=SAID),)}
    return told(one, **values | labels)


def every_medium(message) -> dict[str, str]:
    others = {"teams": message.teams, "slack in a thread": message.slack_thread}
    as_text = {name: json.dumps(payloads, ensure_ascii=False) for name, payloads in others.items()}
    return {**in_each_medium(message), "notify": " ".join(message.notify.replace("^ ", "").split()), **as_text}


def of_the_report(words: str) -> str:
    return words.partition("What the report says")[2].partition("What others say:")[0]


@pytest.mark.parametrize(
    "url", ["https://echo.example.org/1", REPORT_URL], ids=["its own page", "the report's address"]
)
def test_nothing_that_others_say_stands_under_what_the_report_says(url):
    message = worded(digest(stories=(story(press(url)),), inspections=(news(),)))
    for medium, words in every_medium(message).items():
        own = of_the_report(words)
        assert OWN in own, medium
        assert not [strange for strange in (SAID, "Plymouth", "Workforce", "Evil Echo") if strange in own], medium
        others = words.partition("What others say:")[2]
        assert others.index("Also about Plymouth and Torbay") < others.index(SAID), medium
        assert others.index(SAID) < others.index("▼ concern: Workforce stability"), medium
        assert others.index("Workforce stability") < others.index("Evil Echo") < others.index("Also in:"), medium


def test_a_report_without_coverage_has_no_others():
    message = worded(digest(stories=(story(),), inspections=(news(),)))
    assert all("What others say" not in words and OWN in words for words in every_medium(message).values())


def test_what_others_say_of_the_reports_own_themes_is_not_said_again():
    same = press(councils=("Wexmoor",), themes=(label("leadership", Polarity.CONCERN, SAID),))
    message = worded(digest(stories=(story(same),), inspections=(news(),)))
    assert all(SAID not in words and "Also in:" in words for words in every_medium(message).values())


def test_a_councils_own_words_on_a_report_stand_under_its_name_and_not_the_reports():
    answer = press(councils=("Wexmoor",), themes=(), event=Event.COUNCIL_RESPONSE)
    answer = replace(answer, item=replace(answer.item, text="“We are sorry,” the council said.", source="Council news"))
    message = worded(digest(stories=(story(answer),), inspections=(news(),)))
    for medium, words in every_medium(message).items():
        assert "We are sorry" not in of_the_report(words), medium
        assert "We are sorry" in words.partition("What others say:")[2].partition("Council news")[0], medium


@pytest.mark.parametrize(
    ("site", "key", "voice"),
    [
        pytest.param(COUNCIL, COUNCIL, "The council has responded: “We accept”", id="its own site, polled"),
        pytest.param(COUNCIL, f"told-by:0a:{COUNCIL}", REPORTED, id="its address, in another's feed"),
        pytest.param(COUNCIL, "long:0a", REPORTED, id="its address, made too long to tell whose"),
        pytest.param("https://gov.uk.example.org/1", "x", REPORTED, id="a site that looks like one"),
        pytest.param("https://[", "x", REPORTED, id="no address"),
        pytest.param("", "id:0a", REPORTED, id="no address at all"),
    ],
)
def test_a_council_speaks_only_from_its_own_site_and_else_it_is_reported_to(site, key, voice):
    answer = told(item("We accept", url=site, key=key, source="Evil Echo", publisher=""), event=Event.COUNCIL_RESPONSE)
    coverage = told(item("Inspectors rate services", url="https://fm.example.org/1", text="x" * 99), event=Event.OTHER)
    message = worded(digest(stories=(tell(1, [answer, coverage], new=(UpdateReason.RESPONSE,)),)))
    for medium, words in every_medium(message).items():
        if medium != "slack in a thread":  # what is read at a glance needs none
            assert voice in words, medium
    assert ("The council has responded" in message.text) is (voice is not REPORTED)
    official = {one["title"]: one["official"] for one in message.data["stories"][0]["items"]}
    assert official == {"We accept": voice is not REPORTED, "Inspectors rate services": False}


def test_of_two_answers_the_councils_own_is_told_as_its_answer():
    reported = press("https://echo.example.org/2", event=Event.COUNCIL_RESPONSE)
    own = told(item("We accept", url=COUNCIL, source="Council news", publisher="", id=3), event=Event.COUNCIL_RESPONSE)
    message = worded(digest(stories=(story(reported, own),), inspections=(news(),)))
    assert "The council has responded: “We accept”" in " ".join(message.text.split())
    assert "reports that the council" not in message.text


def test_of_many_themes_of_others_two_sentences_are_told_and_the_rest_is_counted():
    many = tuple(label(f"theme-{n}", text=f"This is what sentence number {n} says.") for n in range(6))
    message = worded(digest(stories=(story(press(themes=many)),), inspections=(news(),)))
    for words in in_each_medium(message).values():
        assert words.count("This is what sentence number") == 2
        assert "and 4 more themes (4 ▼ concern)" in words


def test_a_mail_too_long_for_quotations_still_counts_what_others_bring_up():
    flood = tuple(told(item(f"Headline {n} {'x' * 400}", url=f"https://a.example.org/{n}")) for n in range(300))
    others = [tell(n + 2, [one]) for n, one in enumerate(flood)]
    message = worded(digest(stories=(story(press()), *others), inspections=(news(),)))
    words = " ".join(message.text.split())
    assert SAID not in words
    assert "What others say: Also about Plymouth and Torbay 1 theme (▼ concern)" in words


def test_data_has_the_reports_themes_and_councils_apart_from_the_others():
    (one,) = worded(digest(stories=(story(press()),), inspections=(news(),))).data["stories"]
    assert (one["councils"], list(one["themes"])) == (["Wexmoor"], ["leadership"])
    assert one["themes"]["leadership"]["evidence"] == [
        {"text": OWN, "url": REPORT_URL, "source": "Ofsted reports: Wexmoor"}
    ]
    assert one["others"]["councils"] == ["Plymouth", "Torbay"]
    assert one["others"]["themes"] == {
        "workforce-stability": {
            "polarity": "concern",
            "evidence": [{"text": SAID, "url": "https://echo.example.org/1", "source": "Evil Echo"}],
        }
    }


def test_a_press_storys_themes_and_councils_are_all_its_items_together():
    (one,) = worded(digest(stories=(tell(1, [press()]),))).data["stories"]
    assert (one["councils"], list(one["themes"])) == (["Wexmoor", "Plymouth", "Torbay"], ["workforce-stability"])
    assert one["others"] == {"councils": [], "themes": {}}


def test_an_entry_of_a_feed_is_tagged_with_what_the_report_says_alone():
    entry = FeedEntry(
        id="urn:x", story=story(press()), inspections=(news(),), published=NOW, updated=NOW + timedelta(hours=1)
    )
    feed = Feed(name="council-wexmoor", title="Wexmoor", began=NOW, entries=(entry,))
    (one,) = json.loads(files(feed, theme_titles=TITLES, timezone=LONDON)[".json"])["items"]
    assert one["tags"] == ["Wexmoor", "Leadership and oversight ▲ progress"]
    assert one["_ofsted_monitor"]["councils"] == ["Wexmoor"]
    assert one["content_html"].index("What others say:") < one["content_html"].index(SAID)
