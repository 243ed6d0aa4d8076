"""Single cells of a table say something else, and every other byte stays."""

import pytest

from autograder.platforms.sheets import read_sheet, write_sheet

BEFORE = 'Name,Grade,Note\r\n"Lima, Ana",,\r\nBo,3,"a ""b"""\r\nChi,,\r\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_several_cells_change_in_any_order(encoding):
    sheet = read_sheet(BEFORE.encode(encoding), "grades.csv")
    new = {(3, 1): "7", (1, 1): "2,5", (2, 2): 'c "d"'}
    after = write_sheet(sheet.with_texts(new)).decode(encoding)
    assert after == 'Name,Grade,Note\r\n"Lima, Ana","2,5",\r\nBo,3,"c ""d"""\r\nChi,7,\r\n'


def test_nothing_new_changes_nothing():
    assert write_sheet(read_sheet(BEFORE.encode(), "grades.csv").with_texts({})) == BEFORE.encode()
