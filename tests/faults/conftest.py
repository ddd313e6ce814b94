"""Each test builds the whole book: all of them take half an hour."""

import pytest
from copies import Copy


@pytest.fixture(scope="session")
def clean(tmp_path_factory):
    """A copy, built from nothing: what every other must equal."""
    copy = Copy(tmp_path_factory.mktemp("clean"))
    status, said = copy.make()
    assert status == 0, said
    return copy


@pytest.fixture
def copy(tmp_path, clean):
    """A copy that has the outputs of the notebooks, and no book."""
    made = Copy(tmp_path / "course")
    made.take_outputs(clean)
    return made
