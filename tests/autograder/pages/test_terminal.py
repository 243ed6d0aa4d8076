"""What becomes of carriage returns, backspaces and erasures is what a terminal shows."""

import time

import pytest
from nbconvert.filters import ansi2html

from autograder.pages.terminal import settled

GREEN, GREY, BOLD, CLEAR = "\x1b[32m", "\x1b[37m", "\x1b[1m", "\x1b[0m"


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("plain\ntext\n", "plain\ntext\n"),
        ("1/3\r2/3\r3/3", "3/3"),
        ("long one\rshort", "shortone"),
        ("99%\b\b\b100%", "100%"),
        ("a\b\b\b\bb", "b"),
        ("up\n\b\bdown", "up\ndown"),
        ("stays\r", "stays"),
        ("Windows\r\nends\r\n", "Windows\nends\n"),
        ("long one\r\x1b[Kshort", "short"),
        ("long one\x1b[2K\rshort", "short"),
        ("1/2\x1b[0K\nnext", "1/2\nnext"),
    ],
)
def test_the_cursor_moves_as_in_a_terminal(printed, shown):
    assert settled(printed) == shown


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        (f"{GREY}━━{CLEAR}\r{GREEN}━{CLEAR}", f"{GREEN}━{CLEAR}{GREY}━{CLEAR}"),
        (f"a\r{BOLD}{GREEN}b\nc{CLEAR}d", f"{BOLD}{GREEN}b\nc{CLEAR}d"),
        (f"x\r{GREEN}a\x1b[0;37mb\x1b[mc", f"{GREEN}a{CLEAR}\x1b[0;37mb{CLEAR}c"),
        (f"{GREEN}ab{CLEAR}\rxy", "xy"),
    ],
)
def test_every_place_keeps_the_colour_it_was_written_in(printed, shown):
    assert settled(printed) == shown


def test_keras_progress_bar_is_one_line():
    """As Keras prints it: backspaces over all that it wrote, and a carriage return."""
    before, bar = 0, ""
    for step in range(1, 101):
        line = f"{BOLD}{step}/100{CLEAR} {GREEN}{'━' * (step // 5)}{CLEAR}{GREY}{'━' * (20 - step // 5)}{CLEAR} loss: {1 / step:.4f}"
        bar += "\b" * before + "\r" + line
        before = len(line)
    assert ansi2html(settled(bar + "\n")).count("━") == 20
    assert settled(bar).split()[0] == f"{BOLD}100/100{CLEAR}"
    assert settled(bar).endswith("loss: 0.0100")


@pytest.mark.parametrize(
    "piece", ["\b\rab", "a\b", "\x1b[2Ka", "\x1b[K\ra", "\x1b[31m\ra", "\x1b[1mab\r", "\r\n", "\x1b", "x" * 50 + "\r"]
)
def test_a_flood_takes_time_and_room_in_proportion_to_its_length(piece):
    """Ten times the text, measured in processor time with room for chance, no more than thirty times as long."""

    def seconds(count):
        text = piece * count
        start = time.process_time()
        assert len(settled(text)) <= 3 * len(text)
        return time.process_time() - start

    assert seconds(300_000) < 30 * max(seconds(30_000), 0.005)
