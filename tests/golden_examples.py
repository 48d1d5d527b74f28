"""Digests as a director's office would get them, to be looked at: invented councils, invented sentences."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from golden_week import CONCERN, PROGRESS, WEEK, again, full_inspection, full_week, stories, told_by
from render_examples import NOW, TITLES, alert, digest, failing_digest, item, label, report_story, story, told, trend

from monitor.model import Cue, Digest, Grade, SubscriptionKind, Undelivered, UpdateReason

THEME_TITLES = {
    **TITLES,
    "care-leavers": "Care leavers",
    "sufficiency": "Placement sufficiency",
    "exploitation": "Exploitation and missing children",
    "fostering": "Fostering",
    "finance": "Money and demand",
}


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
    "long-names": long_names,
    "quiet": quiet_week,
    "update": update,
    "alert": alert,
    "failing": failing_digest,
    "undelivered": undelivered,
}
