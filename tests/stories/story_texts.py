"""What papers, councils and Ofsted write of a few events, in our own words; and which of it the shelf puts together."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from monitor.stories import Shelf

if TYPE_CHECKING:
    from monitor.model import ToldItem

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

RELEASE = """
Almost four in ten children's social workers in Wexmoor are agency staff, councillors were told on Tuesday.
A report to the scrutiny committee said that some children had met six social workers in two years, and that changes
of social worker were the main reason why decisions about permanent homes came late. Managers now check every child's
plan each week. The cabinet member told the committee that a stable workforce was her first priority, and that forty
newly qualified social workers would join the teams in September.
"""
REWRITE = """
Children in Wexmoor are waiting too long for a permanent home because their social workers keep changing.
Councillors on the scrutiny committee were told on Tuesday that almost four in ten of the county's social workers are
agency staff. Some children met six social workers in two years, the report said. The cabinet member said a stable
workforce was her first priority: forty newly qualified social workers join in September.
"""
COVERAGE = """
Services for children in Wexmoor have been rated inadequate by inspectors. The watchdog said that leaders had been slow
to act and that children were left at risk for too long. The council said it accepted the findings in full.
"""
SECOND_COVERAGE = """
Inspectors have called for urgent change in Wexmoor after finding serious failures in the way the council protects
children. The authority apologised to families and said a recovery board would oversee the work. The inspectors said
leaders did not know what was happening on the front line.
"""
RETOLD = """
Two in five of those who look after Wexmoor's most vulnerable children are temps. Scrutiny members learnt that
permanent homes come late for children because social workers leave. Some had met six in two years.
"""
REPORT = """
The experiences and progress of children who need help and protection are inadequate. Thresholds are applied unevenly
and strategy discussions are held too late. Supervision is irregular. Case records lack chronologies.
"""
VISIT = """
Following the monitoring visit to Wexmoor's children's services, inspectors found that the local authority is making
steady progress at the front door. Contacts are screened on the day they arrive. Management oversight is recorded.
"""
OPENING = """
A hub for Wexmoor's foster carers has opened in the annexe of the old library. There is a play room, a store of prams
and a therapist on Thursdays. Support groups for carers' own sons and daughters begin in June.
"""
SECOND_OPENING = """
Parents in Wexmoor can see midwives, health visitors and family workers under one roof since Monday, when a family hub
opened at the former school in Mill Lane. It cost £310,000, which a government grant has paid.
"""
AWARD = """
Wexmoor's fostering team has won a national award for keeping sisters and brothers in one home. The award was given in
Birmingham to two carers and the young man they brought up. The judges called the team tireless.
"""
SECOND_AWARD = """
A Wexmoor team that works with pregnant women whose elder children were removed has won a national award. Nineteen
mothers took their baby home last year. The award is the first that its five social workers have won.
"""
PATHS = """
Wexmoor is to mend forty miles of footpaths for children walking to school. The highways team begins at Easter with the
lane beside the mill, where parents have asked for a crossing since the flood.
"""


def labelled(one: ToldItem, **labels) -> ToldItem:
    return replace(one, classification=replace(one.classification, **labels))


def group(new, recent=()) -> list[tuple[int | None, list[ToldItem]]]:
    """Which story each new item belongs to: (a recent story's number, or None for a new one; its new items)."""
    shelf = Shelf()
    shelf.recall(set(), recent)
    return [(story.number, story.new) for story in shelf.join(new)]


def stories(*new, recent=()) -> set[frozenset[str]]:
    """Which items stand together, by key: the new ones and those of the recent stories."""
    members: dict[object, list[str]] = {}
    for number, one in recent:
        members.setdefault(number, []).append(one.item.key)
    for index, (number, joined) in enumerate(group(new, recent)):
        place = ("new", index) if number is None else number
        members.setdefault(place, []).extend(one.item.key for one in joined)
    return {frozenset(keys) for keys in members.values()}


def are_one(*new, recent=()) -> bool:
    return len(stories(*new, recent=recent)) == 1
