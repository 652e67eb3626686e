"""A file is whole or not there."""

import pytest

from sitecontent.whole_file import in_place_of


def test_it_takes_the_place_of_the_one_before_only_when_it_is_whole(tmp_path):
    path = tmp_path / "kept.json"
    path.write_text("before")
    with in_place_of(path, mode=0o644) as file:
        file.write("after")
        assert path.read_text() == "before"

    assert path.read_text() == "after"
    assert path.stat().st_mode & 0o777 == 0o644
    assert list(tmp_path.iterdir()) == [path]


def test_what_fails_leaves_nothing_behind(tmp_path):
    path = tmp_path / "kept.json"
    path.write_text("before")
    with pytest.raises(OSError, match="full"), in_place_of(path) as file:  # noqa: PT012
        file.write("half")
        raise OSError("the disk is full")

    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]
