"""Digests as a director's office would get them, to be looked at: invented councils, invented sentences."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from golden_week import CONCERN, PROGRESS, WEEK, again, full_inspection, full_week, stories, told_by
from render_examples import (
    COUNCILS,
    NOW,
    TITLES,
    alert,
    digest,
    failing_digest,
    inspection,
    item,
    known,
    label,
    news,
    next_visit,
    report_story,
    story,
    told,
    trend,
)

from monitor.model import Change, Cue, Digest, Event, Grade, SourceTrouble, SubscriptionKind, Undelivered, UpdateReason

THEME_TITLES = {
    **TITLES,
    "care-leavers": "Care leavers",
    "sufficiency": "Placement sufficiency",
    "exploitation": "Exploitation and missing children",
    "fostering": "Fostering",
    "finance": "Money and demand",
}


def without_overall() -> Digest:
    """Harbury's full inspection as they are published since April 2026, with grades that went either way."""
    before = {
        "overall": Grade.REQUIRES_IMPROVEMENT,
        "impact_of_leaders": Grade.REQUIRES_IMPROVEMENT,
        "help_and_protection": Grade.REQUIRES_IMPROVEMENT,
        "in_care": Grade.REQUIRES_IMPROVEMENT,
        "care_leavers": Grade.GOOD,
    }
    last = date(2023, 3, 10)
    url = "https://files.example.org/v1/file/50012351"
    title = "Children's services inspection: Harbury"
    worse, better = (
        Change(judgement=name, before=before[name], after=after, since=last, stood_since=last)
        for name, after in (("help_and_protection", Grade.INADEQUATE), ("in_care", Grade.GOOD))
    )
    report = news(
        inspection=inspection(
            council="Harbury",
            inspection_start=date(2026, 4, 20),
            inspection_end=date(2026, 5, 1),
            judgements={
                "impact_of_leaders": Grade.REQUIRES_IMPROVEMENT,
                "help_and_protection": Grade.INADEQUATE,
                "in_care": Grade.GOOD,
                "care_leavers": Grade.GOOD,
            },
            areas_for_improvement=(
                "How soon a child is seen after a worry about them is raised.",
                "How managers check decisions to close a case.",
            ),
        ),
        council="Harbury",
        title=title,
        url=url,
        story=14,
        compared=tuple(before),
        changes=(worse, better),
        follows=known(council="Harbury", inspection=inspection(inspection_end=last, judgements=before)),
        next=next_visit(),
    )
    told_of_it = told_by(
        14,
        "Harbury",
        title,
        source="Ofsted reports: Harbury",
        day=17,
        event=Event.FULL_INSPECTION,
        is_report=True,
        url=url,
        themes=[
            ("early-help", CONCERN, "Some children wait in harm for weeks before anybody visits."),
            ("permanence", PROGRESS, "Children in care move into homes that last, and soon."),
        ],
    )
    return digest(inspections=(report,), stories=(told_of_it,))


def quiet_week() -> Digest:
    return digest(subscription="weekly-round-up", window=WEEK, repeated=again(2))


_JUDGED = "Inspectors now rate the council's children's services good overall, the leader told members."


def update() -> Digest:
    report = report_story()
    judged = item(
        "Harbury children's services improve to good after four years of trouble",
        url="https://harbury-mercury.example.org/news/55",
        source="Harbury Mercury",
        publisher="",
        text=f"{_JUDGED} Leaders were praised for turning the service round.",
        id=55,
    )
    cue = Cue(question="judgement", text="good", start=_JUDGED.index("good"), end=_JUDGED.index("good") + 4, weight=2.0)
    return digest(
        inspections=(full_inspection(),),
        stories=(
            story(
                report.id,
                tuple(told.item for told in report.items),
                event=report.event,
                themes=report.themes,
                new=(UpdateReason.REPORT,),
            ),
            replace(
                story(
                    20,
                    (judged,),
                    councils=("Harbury",),
                    themes=(
                        (
                            label("leadership", PROGRESS, "Leaders were praised for turning the service round."),
                            judged.url,
                        ),
                    ),
                    new=(UpdateReason.JUDGEMENT,),
                ),
                items=(told(judged, judgement=Grade.GOOD, judgement_is_new=True, cues=(cue,)),),
            ),
            stories()[1],
        ),
        repeated=again(3),
    )


# England's longest names of councils.
_LONG = (
    "Bournemouth, Christchurch and Poole",
    "Bath and North East Somerset",
    "Redcar and Cleveland",
    "North Northamptonshire",
)


def long_names() -> Digest:
    return digest(
        window=WEEK,
        councils=_LONG,
        stories=tuple(
            told_by(
                n,
                council,
                f"{council} reports on its year",
                source=f"{council} Council news",
                day=12,
                themes=[("workforce-stability", CONCERN, "One in four posts is filled by agency staff.")],
            )
            for n, council in enumerate(_LONG, start=1)
        ),
        trends=tuple(trend("exploitation", council, concern=n) for n, council in enumerate(_LONG, start=1)),
    )


def unseen() -> Digest:
    """A night on which the machine was cut off."""
    reason = "the host name could not be found"
    names = [f"{council} {what}" for council in COUNCILS for what in ("Council news", "Observer", "committees", "Post")]
    failing = [SourceTrouble(source=name, since=NOW - timedelta(hours=20), reason=reason) for name in names]
    failing.append(SourceTrouble(source="Moor FM", since=NOW - timedelta(days=3), reason="HTTP 410"))
    return digest(failing=tuple(failing), sources_checked=0)


def undelivered() -> Digest:
    return digest(
        subscription="operator",
        kind=SubscriptionKind.ALERT,
        slot="undelivered 41",
        councils=(),
        undelivered=(
            Undelivered(
                subscription="weekly-round-up",
                position=1,
                channel="email",
                composed_at=NOW - timedelta(days=2),
                reason="the server refuses the recipient: mailbox unavailable (550)",
            ),
        ),
    )


EXAMPLES = {
    "full": full_week,
    "without-overall": without_overall,
    "long-names": long_names,
    "quiet": quiet_week,
    "update": update,
    "alert": alert,
    "failing": failing_digest,
    "unseen": unseen,
    "undelivered": undelivered,
}
