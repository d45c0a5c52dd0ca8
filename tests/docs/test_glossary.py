"""The glossary is made from the lessons, and a term is defined once in the whole course."""

from collections import Counter

from tools import glossary


def test_the_page_is_up_to_date():
    assert glossary.main(["--check"]) == 0


def test_every_lesson_defines_terms_and_none_is_defined_twice():
    found = glossary.entries()
    assert {entry.lesson for entry in found} == {path.stem for path in glossary.lessons()}
    counts = Counter(entry.term.lower() for entry in found)
    assert [term for term, count in counts.items() if count > 1] == []


def test_a_sentence_contains_its_term():
    for entry in glossary.entries():
        assert f"**{entry.term}" in entry.sentence
        assert len(entry.sentence.split()) > 4, entry


def test_a_term_defined_elsewhere_is_noticed(tmp_path):
    lesson = tmp_path / "99_test.md"
    lesson.write_text(
        "# 99\n\n**do**\n\n## A\n\nOne. This is a **graph** of two. **Predict:** x?\n"
    )
    (entry,) = glossary.terms_of(lesson)
    assert entry == glossary.Entry("graph", "99_test", "One. This is a **graph** of two.")
