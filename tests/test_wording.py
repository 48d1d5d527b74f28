"""Texts that tell one thing in other words are more alike than texts that tell two things in the same ones."""

from __future__ import annotations

import pytest

from monitor.wording import beneath_headlines, cosine, vector, words


def alike(one: str, other: str, **names: tuple[str, ...]) -> float:
    return cosine(vector("", one, **names), vector("", other, **names))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("Fostering, fostered, fosters", ["foste"] * 3, id="inflections are one word"),
        pytest.param("£1.9m, 94% and 1,180 of 3.", ["1.9", "m", "94", "1,180", "3"], id="figures stay whole"),
        pytest.param("It was said that they would be", [], id="empty words tell nothing apart"),
        pytest.param("the council’s", ["counc"], id="typographic apostrophes"),
    ],
)
def test_a_text_is_compared_by(text, found):
    assert [word for word in words(text) if word != "m"] == [word for word in found if word != "m"]


def test_a_text_is_like_itself_and_unlike_what_shares_no_word():
    assert alike("Inspectors praised the front door.", "Inspectors praised the front door.") == pytest.approx(1)
    assert alike("Inspectors praised the front door.", "A walkout over caseloads looms.") == 0
    assert alike("", "") == alike("", "A walkout looms.") == 0


def test_rare_words_in_common_count_for_more_than_common_ones():
    text = "Children's social workers in Stretford worry about an open-plan office."
    assert alike(text, "An open-plan office in Stretford is no place for tears.") > alike(
        text, "Children's social workers say that more social workers help children."
    )


def test_figures_in_common_count_for_more_than_words():
    text = "141 of 164 stayed at home, a review of the adolescent team shows."
    assert alike(text, "Scheme kept 141 out of 164 teenagers in their families.") > alike(
        text, "The adolescent team did well, says a review."
    )


def test_the_name_of_the_council_is_no_likeness_between_what_is_said_of_it():
    one, other = "Wexmoor plans a walkout", "Wexmoor opens a hub"
    assert alike(one, other, names=("Wexmoor",)) == 0 < alike(one, other)


def test_press_copies_cut_from_the_end_are_compared_by_what_both_have():
    opening = " ".join(f"{chr(97 + i % 26)}{chr(97 + i // 26)}thing" for i in range(300))
    assert alike(opening, opening + " More follows about other matters entirely." * 200) > 0.95


def test_the_head_of_a_text_tells_what_it_is_about_and_its_background_little():
    background = " The council was given help by ministers in February and its services were rated last year." * 3
    one, other = "A walkout over caseloads looms. " * 8, "Twelve flats have opened in Stretford. " * 8
    assert alike(one + background, one) > 0.9
    assert alike(one + background, other + background) < 0.2


def test_who_wrote_a_text_is_no_likeness():
    assert alike("By Local Democracy Reporter", "By our local democracy correspondent") == alike(
        "By local", "Our local"
    )


def test_beneath_one_headline_texts_are_as_alike_as_what_follows_it():
    title, other_title = "Council opens new hub for carers", "Council opens new hub for parents"
    text = "Ninety-four carers meet at the former library in Stretford, where a therapist sits on Thursdays."
    one = vector(title, text)
    for follows, fewest, most in ((text, 0.5, 1), ("Midwives and nurses see parents at a school in Sale.", 0, 0.1)):
        other = vector(other_title, follows)
        assert fewest <= beneath_headlines(one, other, title, other_title) < most
        assert beneath_headlines(one, other, title, other_title) < cosine(one, other)


def test_one_word_that_two_texts_are_full_of_makes_them_little_alike():
    one, other = (
        vector("", "Award upon award upon award for Stretford"),
        vector("", "Award, award and award: Sale dances"),
    )
    assert beneath_headlines(one, other, "", "") < 0.1 < cosine(one, other)
