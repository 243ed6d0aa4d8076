"""One engine for a whole run: gradebooks of one address share it, whatever is written by one is read by the next."""

import pytest
from nbgrader.api import Base, Gradebook
from sqlalchemy import create_engine, event

from autograder.gradebook.engine import one_engine


@pytest.fixture
def url(tmp_path):
    for name in ("gradebook", "another"):
        engine = create_engine(f"sqlite:///{tmp_path / name}.db")
        Base.metadata.create_all(engine)
        engine.dispose()
    return f"sqlite:///{tmp_path / 'gradebook.db'}"


def test_gradebooks_share_an_engine_and_what_they_know(url, tmp_path):
    looked = []
    with one_engine(url):
        with Gradebook(url) as first:
            event.listen(first.engine, "before_cursor_execute", lambda *told: looked.append(told[2]))
            first.add_student("amal")
        with Gradebook(url, "other_course") as second:
            assert second.engine is first.engine
            assert second.course_id == "other_course"
            assert [student.id for student in second.students] == ["amal"]
        with Gradebook(f"sqlite:///{tmp_path / 'another.db'}") as elsewhere:
            assert elsewhere.engine is not first.engine
            assert elsewhere.students == []
    assert looked
    assert not [statement for statement in looked if "PRAGMA" in statement], "nobody looks at the tables again"


def test_afterwards_gradebooks_are_opened_as_ever(url):
    before = Gradebook.__init__
    with pytest.raises(ValueError, match="stop"), one_engine(url):
        raise ValueError("stop")
    assert Gradebook.__init__ is before
    with Gradebook(url) as one, Gradebook(url) as other:
        assert one.engine is not other.engine
