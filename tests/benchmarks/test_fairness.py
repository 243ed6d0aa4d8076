"""`make fairness` finds wrong answers that are accepted, right ones that are rejected, and mutants that survive."""

import pytest
import typer
from typer.testing import CliRunner

from autograder.authoring.examine import blanks
from autograder.course import CourseError
from benchmarks import fairness
from benchmarks.fairness import Run, examine_answers, examine_mutants, ground
from benchmarks.mutants import mutants

VALUE = "mean_squared_error/value"


@pytest.fixture
def run(kernels):
    return Run(kernels, jobs=1, together=2)


def on_secrets(assignment, run, count=2):
    """The assignment as it stands now, and its first secrets."""
    fresh = assignment.course.assignment(assignment.name)
    return fresh, [ground(fresh, number, run.kernels) for number in range(1, count + 1)]


def blind(assignment):
    """Let the judge take any number for the error."""
    judges = assignment.folder / "judges.py"
    judges.write_text(judges.read_text().replace('c.close("error", ', 'c.finite("error", '))


def test_fair_tests_make_no_mistakes_and_kill_every_mutant_that_is_wrong(tiny, run):
    fresh, grounds = on_secrets(tiny, run)
    assert len({on.assignment.seed("mean_squared_error") for on in grounds}) == 2
    answers = examine_answers(fresh, grounds, run)
    assert answers.mistakes == []
    assert answers.row("mean_squared_error") == (2, 2, 0, 0)
    found = examine_mutants(fresh, grounds[:1], run)
    assert len(found.fates) > 10
    assert {fate.mutant.now for fate in found.unexplained} == {  # right as long as arrays come
        "return np.mean((a - np.asarray(b)) ** 2)",
        "return np.mean((np.asarray(a) - b) ** 2)",
    }
    assert found.share == 2 / len(found.fates)


def test_secrets_are_the_same_wherever_they_are_made(tiny, run):
    assert ground(tiny, 7, run.kernels).assignment.course.secret.hex().startswith("f3fbc8")


def test_a_wrong_answer_that_is_accepted_is_found_with_every_secret(tiny, run):
    wrong = tiny.folder / "wrong" / "mean_squared_error.py"
    wrong.write_text(wrong.read_text().replace("np.sum", "1 * np.mean"))
    answers = examine_answers(*on_secrets(tiny, run), run)
    assert [(each.answer, each.criterion, each.rationale) for each in answers.mistakes] == [
        ("wrong/mean_squared_error/sum_for_mean", VALUE, None)
    ] * 2
    assert [each.secret for each in answers.mistakes] == [1, 2]
    assert answers.row("mean_squared_error") == (2, 2, 2, 0)
    assert (
        str(answers.mistakes[0]) == f"False accept: wrong/mean_squared_error/sum_for_mean kept {VALUE} with secret 1."
    )


def test_a_right_answer_that_is_rejected_is_found_with_its_reason(tiny, run):
    right = tiny.folder / "right" / "with_a_loop.py"
    right.write_text(right.read_text().replace("/ np.size(a)", ""))
    answers = examine_answers(*on_secrets(tiny, run), run)
    assert {(each.answer, each.criterion) for each in answers.mistakes} == {("right/with_a_loop.py", VALUE)}
    assert answers.row("mean_squared_error") == (2, 2, 0, 2)
    assert "with secret 1: " in str(answers.mistakes[0])


def test_an_answer_that_is_right_by_chance_is_found_with_the_secret_that_shows_it(tiny, run):
    probes = tiny.folder / "probes.py"
    probes.write_text(
        probes.read_text().replace("rng.normal(size=(2, 5, 7))", "rng.normal(size=(2, 1, rng.integers(1, 3)))")
    )
    judges = tiny.folder / "judges.py"
    judges.write_text(judges.read_text().replace(" or alike(error, 35 * right)", " or error.size == 1"))
    answers = examine_answers(*on_secrets(tiny, run, 6), run)
    wrong = {each.secret for each in answers.mistakes}
    assert {each.answer for each in answers.mistakes} == {
        "wrong/mean_squared_error/sum_for_mean"
    }  # of one number it is the mean
    assert 0 < len(wrong) < 6


def test_a_sample_takes_every_few_of_all_mutants_and_says_of_how_many(tiny, run):
    fresh, grounds = on_secrets(tiny, run, 1)
    source = blanks(tiny.solution)["mean_squared_error"].source
    whole = [mutant.key for mutant in mutants("mean_squared_error", source)]
    found = examine_mutants(fresh, grounds, run, every=6)
    assert [fate.mutant.key for fate in found.fates] == whole[::6]
    assert found.made == len(whole)


def test_mutants_that_survive_want_a_reason(tiny, run):
    blind(tiny)
    fresh, grounds = on_secrets(tiny, run, 1)
    line = "return np.mean((np.asarray(a) - np.asarray(b)) ** 2)"
    survivor = f"mean_squared_error: {line} -> {line.replace('mean', 'sum')}"
    found = examine_mutants(fresh, grounds, run, only="np.sum")
    assert [fate.mutant.key for fate in found.unexplained] == [survivor]
    assert found.fates[0].survived
    (tiny.folder / "survivors.toml").write_text(
        f'[mean_squared_error]\n"{survivor}" = "The judge is blind."\n"gone" = "?"'
    )
    explained = examine_mutants(fresh, grounds, run, only="np.sum")
    assert [fate.reason for fate in explained.fates] == ["The judge is blind."]
    assert explained.unexplained == []
    assert explained.outdated == ["mean_squared_error: gone"]


@pytest.mark.parametrize("text", ["[mean", 'mean_squared_error = "why"', '[mean_squared_error]\n"a" = ""'])
def test_malformed_reasons_are_one_sentence(tiny, run, text):
    (tiny.folder / "survivors.toml").write_text(text)
    with pytest.raises(CourseError, match=r"survivors\.toml"):
        examine_mutants(tiny, [], run)


@pytest.mark.parametrize(("is_blind", "status"), [(False, 0), (True, 1)])
def test_the_command_writes_its_page_and_fails_on_what_is_unexplained(tiny, kernels, monkeypatch, is_blind, status):
    if is_blind:
        blind(tiny)
    monkeypatch.setattr(fairness, "ROOT", tiny.course.root)
    monkeypatch.setattr(fairness, "LIMITS", kernels.limits)
    page = tiny.course.root / "fairness-tiny.md"
    app = typer.Typer()
    app.command()(fairness.main)
    done = CliRunner().invoke(
        app, ["tiny", "--secrets", "1", "--mutant-secrets", "1", "--only", "np.sum", "--output", str(page.parent)]
    )
    assert done.exit_code == status, done.output
    assert " mutants, 1 secrets" in page.read_text()
    assert ("UNEXPLAINED" in page.read_text()) is is_blind
