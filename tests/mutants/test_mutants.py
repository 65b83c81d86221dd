"""The mutations fit the code as it is; two of them are tried here, all by `make mutants`."""

from pathlib import Path

import pytest

from tests.mutants.mutations import MUTATIONS
from tests.mutants.trial import ROOT, Misfit, copy_to, fit, killed

QUICK = ("grace 0", "no checksum of the callback")
BY_NAME = {mutation.name: mutation for mutation in MUTATIONS}


def test_there_are_enough_and_each_has_its_own_name() -> None:
    assert len(BY_NAME) == len(MUTATIONS) >= 25


@pytest.mark.parametrize("name", BY_NAME)
def test_each_fits_the_code_and_names_a_test_that_is_there(name: str) -> None:
    file, _, test = BY_NAME[name].test.partition("::")
    assert fit(BY_NAME[name]) != (ROOT / BY_NAME[name].file).read_text("utf-8")
    assert f"def {test}(" in (ROOT / file).read_text("utf-8")


def test_a_text_that_is_gone_is_an_error(tmp_path: Path) -> None:
    mutation = BY_NAME["grace 0"]
    (file := tmp_path / mutation.file).parent.mkdir()
    file.write_text("nothing of the kind")
    with pytest.raises(Misfit, match="0 times"):
        fit(mutation, tmp_path)


@pytest.mark.slow
def test_some_are_noticed(tmp_path: Path) -> None:
    copy = copy_to(tmp_path)
    assert [name for name in QUICK if not killed(BY_NAME[name], copy)] == []
