import functools

import invented
import numpy as np
import pandas as pd
import pytest
from scipy import stats

from ketanet import atlases, drug_scans, drug_tables, inference, restricted
from ketanet.drug_scans import PEOPLE, SCANS

NETWORK = atlases.cab_np()["network"]
EFFECT = dict.fromkeys(NETWORK.index[NETWORK == "Default"], 0.05)
TABLES = ("places", "parcels", "groups", "maps", "pairs")
KINDS = {"brain": 1, "network": 12, "structure": 11, "family": 3}


FEWER = {"max_t": {"flips": 200}, "split_half": {"splits": 50}, "small_studies": {"studies": 100}}
"""Draws at random: enough to tell 5 in 100, and quick."""


def make(folder, effect=None, seed=0):
    """The folder of tables that `main` makes of an invented data set."""
    invented.write(folder, effect, seed)
    tables = folder / "ketanet" / "tables"
    tables.parent.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        for name, draws in FEWER.items():
            patch.setattr(inference, name, functools.partial(getattr(inference, name), **draws))
        invented.accept(patch, folder)
        patch.setattr(drug_tables, "FOLDER", tables)
        drug_tables.main()
    return tables


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    return make(tmp_path_factory.mktemp("planted"), EFFECT)


@pytest.fixture(scope="module")
def nothing(tmp_path_factory):
    return make(tmp_path_factory.mktemp("nothing"))


@pytest.fixture
def use():
    """Let the tables of another folder be read; afterwards the committed ones."""
    with pytest.MonkeyPatch.context() as patch:

        def turn_to(folder):
            patch.setattr(drug_tables, "FOLDER", folder)
            drug_tables._read.cache_clear()

        yield turn_to
    drug_tables._read.cache_clear()


@pytest.fixture(params=["committed", "made"])
def tables(request, planted, use):
    """The committed tables, and those that the same code makes of invented scans."""
    if request.param == "made":
        use(planted)


# On an invented data set


def test_a_planted_effect_is_found_where_it_is(planted, use):
    use(planted)
    found = drug_tables.groups("ketamine", False, "network")
    default, others = found.loc["Default"], found.drop("Default")
    assert default["low"] < 0.05 < default["high"]
    assert default["p_max"] < 0.01 and default["q"] < 0.01 and default["found"] > 0.9
    assert (others["low"] < 0).all() and (others["high"] > 0).all()
    assert others["p_max"].min() > 0.05 and others["q"].min() > 0.05


def test_a_planted_effect_is_found_in_its_parcels(planted, use):
    use(planted)
    found = drug_tables.parcels("ketamine", False)
    inside = found["network"] == "Default"
    assert found.loc[inside, "mean"].mean() == pytest.approx(0.05, abs=0.01)
    assert found.loc[~inside, "mean"].mean() == pytest.approx(0, abs=0.01)
    assert (found.loc[inside, "p_max"] < 0.05).mean() > 0.6
    assert (found.loc[~inside, "p_max"] < 0.05).sum() == 0
    counts = drug_tables.maps().loc[("ketamine", False)]
    assert counts["up_max"] == (found["p_max"] < 0.05).sum() and counts["down_max"] == 0
    beyond = found[found["q"] < 0.05]
    assert counts["up_q"] == (beyond["mean"] > 0).sum() > 20
    assert counts["down_q"] == (beyond["mean"] <= 0).sum() < 10


def test_a_small_study_has_as_many_people_as_chapter_9_says():
    assert drug_tables.SMALL == 12


def test_only_the_scans_with_the_effect_show_it(planted, nothing):
    with_it, without = (pd.read_csv(folder / "parcels.csv") for folder in (planted, nothing))
    touched = (with_it["drug"] == "ketamine") & ~with_it["gsr"]
    assert with_it[~touched].equals(without[~touched])
    assert not with_it[touched].equals(without[touched])


def test_nothing_is_found_where_there_is_nothing(nothing, use):
    use(nothing)
    found = drug_tables.groups("ketamine", False, "network")
    assert found["p_max"].min() > 0.05 and found["q"].min() > 0.05
    counts = drug_tables.maps()[["up_q", "down_q", "up_max", "down_max"]]
    assert counts.to_numpy().sum() == 0
    half = drug_tables.maps()[["half_low", "half_high"]]
    assert (half["half_low"] < 0).all() and (half["half_high"] > 0).all()


def test_a_shared_map_makes_halves_alike(planted, nothing):
    halves = [pd.read_csv(folder / "maps.csv")["half"][0] for folder in (nothing, planted)]
    assert abs(halves[0]) < 0.2 and halves[1] > 0.5


def test_the_same_files_give_the_same_bytes(planted, tmp_path):
    again = make(tmp_path, EFFECT)
    assert sorted(place.stem for place in again.iterdir()) == sorted(TABLES)
    for name in TABLES:
        file = f"{name}.csv"
        assert (again / file).read_bytes() == (planted / file).read_bytes(), file


def test_other_files_give_other_tables(planted, tmp_path):
    other = make(tmp_path, EFFECT, seed=1)
    for name in set(TABLES) - {"places"}:
        assert (other / f"{name}.csv").read_bytes() != (planted / f"{name}.csv").read_bytes(), name


# The committed tables


COLUMNS = {
    "places": "parcel x y z",
    "parcels": "drug gsr parcel placebo mean sd t p q rose p_max",
    "groups": "drug gsr group kind parcels placebo mean sd low high t p q rose p_max"
    " found reversed opposite exaggeration",
    "maps": "drug gsr people threshold up_q down_q up_max down_max half half_low half_high"
    " single single_sd single_below first first_low first_high first_p"
    " average average_low average_high average_p",
    "pairs": "one one_gsr other other_gsr where r low high",
}
KEYS = {
    "places": "parcel",
    "parcels": "drug gsr parcel",
    "groups": "drug gsr kind group",
    "maps": "drug gsr",
    "pairs": "one one_gsr other other_gsr where",
}
ROWS = {"places": 718, "parcels": 4 * 718, "groups": 4 * 27, "maps": 4, "pairs": 6 * 2}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_holds_groups_and_no_person(name, planted):
    """Every column and row is accounted for: none is a person."""
    for folder in (drug_tables.FOLDER, planted):
        table = pd.read_csv(folder / f"{name}.csv")
        assert list(table.columns) == COLUMNS[name].split()
        assert len(table) == ROWS[name]
        assert not table.duplicated(KEYS[name].split()).any()


def test_there_are_no_other_tables():
    assert sorted(place.name for place in drug_tables.FOLDER.iterdir()) == [
        f"{name}.csv" for name in sorted(TABLES)
    ]


@pytest.mark.parametrize("drug, gsr", SCANS)
def test_every_scan_has_718_parcels(drug, gsr):
    found = drug_tables.parcels(drug, gsr)
    expected = [*atlases.cab_np().columns, "x", "y", "z", *COLUMNS["parcels"].split()[3:]]
    assert list(found.columns) == expected
    assert list(found.index) == list(atlases.cab_np().index)
    assert np.isfinite(found.select_dtypes("number")).all(axis=None)
    assert found[["p", "q", "p_max"]].stack().between(0, 1).all()
    assert found["rose"].between(0, PEOPLE[drug]).all()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("drug, gsr", SCANS)
def test_every_scan_has_its_groups(drug, gsr, kind):
    found = drug_tables.groups(drug, gsr, kind)
    assert list(found.columns) == [c for c in COLUMNS["groups"].split()[4:] if c != "kind"]
    assert len(found) == KINDS[kind]
    assert (found["low"] < found["mean"]).all() and (found["mean"] < found["high"]).all()
    if kind != "family":
        assert found["parcels"].sum() == 718


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize("drug, gsr", SCANS)
def test_the_tests_of_a_table_fit_its_means(drug, gsr):
    n = PEOPLE[drug]
    tables = [drug_tables.groups(drug, gsr, kind) for kind in KINDS]
    for found in [*tables, drug_tables.parcels(drug, gsr)]:
        assert np.allclose(found["t"], found["mean"] / found["sd"] * n**0.5, rtol=1e-4)
        assert np.allclose(found["p"], 2 * stats.t.sf(found["t"].abs(), n - 1), rtol=1e-3)
        assert np.allclose(found["q"], stats.false_discovery_control(found["p"]), rtol=1e-4)
        assert (found["p_max"] > found["p"] - 0.02).all()  # of few sign flips
    half = stats.t.ppf(0.975, n - 1) * tables[1]["sd"] / n**0.5
    assert np.allclose(tables[1]["high"] - tables[1]["mean"], half, rtol=1e-4)


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize("drug, gsr", SCANS)
def test_a_group_is_the_mean_of_its_parcels(drug, gsr):
    parcels = drug_tables.parcels(drug, gsr)
    for kind, group, inside in drug_tables.members(parcels):
        found = drug_tables.groups(drug, gsr, kind).loc[group]
        assert found["parcels"] == len(inside)
        for column in ("placebo", "mean"):
            assert found[column] == pytest.approx(parcels.loc[inside, column].mean(), abs=1e-6)


@pytest.mark.usefixtures("tables")
def test_the_counts_of_a_map_are_those_of_its_parcels():
    maps = drug_tables.maps()
    assert list(maps.index) == list(SCANS)
    for scans, row in maps.iterrows():
        parcels = drug_tables.parcels(*scans)
        assert row["people"] == PEOPLE[scans[0]]
        for end, p in (("q", "q"), ("max", "p_max")):
            certain = parcels[parcels[p] < 0.05]
            assert row[f"up_{end}"] == (certain["mean"] > 0).sum()
            assert row[f"down_{end}"] == (certain["mean"] < 0).sum()


@pytest.mark.usefixtures("tables")
def test_pairs_are_the_correlations_of_the_mean_maps():
    found = drug_tables.pairs()
    assert ((found["low"] < found["r"]) & (found["r"] < found["high"])).all()
    for row in found.itertuples():
        parcels = [
            drug_tables.parcels(*scans)
            for scans in ((row.one, row.one_gsr), (row.other, row.other_gsr))
        ]
        one, other = (
            table.loc[(table["structure"] == "Cortex") | (row.where == "brain"), "mean"]
            for table in parcels
        )
        assert row.r == pytest.approx(np.corrcoef(one, other)[0, 1], abs=1e-5)


def test_pairs_are_a_copy():
    found = drug_tables.pairs()
    found["r"] = 0
    assert (drug_tables.pairs()["r"] != 0).all()


def test_families_are_made_of_areas_that_there_are():
    table = atlases.cab_np()
    known = set(table["area"]) | set(table["structure"])
    assert [name for names in drug_tables.FAMILIES.values() for name in names if name in known] == [
        name for names in drug_tables.FAMILIES.values() for name in names
    ]
    inside = {group: set(rows) for kind, group, rows in drug_tables.members(table)}
    for one, other in (("Prefrontal", "Cingulate"), ("Prefrontal", "Limbic")):
        assert not inside[one] & inside[other]


@pytest.mark.parametrize(
    "area, published", [("V1", -2.74683e-5), ("MST", -0.000718345), ("V6", -0.000263926)]
)
def test_the_means_are_those_that_the_authors_publish(area, published):
    """Rows 1 to 3 of their mean map: ketamine minus placebo, with GSR, right hemisphere."""
    found = drug_tables.parcels("ketamine", True)
    [mean] = found.loc[(found["area"] == area) & (found["hemisphere"] == "R"), "mean"]
    assert mean == pytest.approx(published, rel=2e-6)


# What is asked for in vain


@pytest.mark.parametrize(
    "ask, words",
    [
        (lambda: drug_tables.parcels("LSD", False), "no table of 'LSD' without GSR"),
        (lambda: drug_tables.parcels("esketamine", True), "no table of 'esketamine' with GSR"),
        (
            lambda: drug_tables.groups("LSD", True, "lobe"),
            "no kind 'lobe'; there are brain, network, structure, family",
        ),
        (lambda: drug_tables.fill("[[LSD without GSR: Default]]"), "no table of 'LSD' without GSR"),
        (lambda: drug_tables.fill("[[LSD with GSR: Lobe]]"), "no group 'Lobe'; there are Whole b"),
    ],
)
def test_the_answer_says_what_there_is_or_is_not(ask, words):
    with pytest.raises(LookupError) as caught:
        ask()
    assert words in str(caught.value) and "\n" not in str(caught.value)


# Numbers for texts


def test_a_change_is_told_with_its_interval():
    row = pd.Series({"mean": 0.03528, "low": -0.0138, "high": 0.057})
    assert drug_tables.told(row) == "+0.035 (95% interval −0.014 to +0.057)"
    assert drug_tables.told(row, 1) == "+0.0 (95% interval −0.0 to +0.1)"


def test_blanks_are_filled_from_the_tables():
    text = "A [[ketamine without GSR: Default]], b [[LSD with GSR: Whole brain]] [[c]]"
    default = drug_tables.groups("ketamine", False, "network").loc["Default"]
    brain = drug_tables.groups("LSD", True, "brain").loc["Whole brain"]
    expected = f"A {drug_tables.told(default)}, b {drug_tables.told(brain, 4)} [[c]]"
    assert drug_tables.fill(text) == expected
    assert drug_tables.fill("nothing to fill") == "nothing to fill"


# Against the files themselves: the invented ones, and the published ones for whoever has them

if_here = pytest.mark.skipif(
    not restricted.here(drug_scans.DATASET),
    reason="the files of Moujaes2024 are not here: `make ketamine` fetches them",
)


def load_all():
    return {scans: drug_scans.load(*scans) for scans in SCANS}


@pytest.fixture(scope="module", params=["invented", pytest.param("published", marks=if_here)])
def source(request):
    """A folder of tables, and the scans that they were made from."""
    if request.param == "published":
        return drug_tables.FOLDER, load_all()
    tables = request.getfixturevalue("planted")
    with pytest.MonkeyPatch.context() as patch:
        invented.accept(patch, tables.parents[1])
        return tables, load_all()


def test_a_parcel_is_what_the_files_say(source, use):
    use(source[0])
    scans = source[1]["ketamine", False]
    name = next(iter(EFFECT))
    found = drug_tables.parcels("ketamine", False).loc[name]
    known = stats.ttest_1samp(scans.change[name], 0)
    expected = [scans.placebo[name].mean(), scans.change[name].mean(), known.statistic]
    assert list(found[["placebo", "mean", "t"]]) == pytest.approx(expected, rel=1e-5)


def test_a_network_is_what_the_files_say(source, use):
    use(source[0])
    scans = source[1]["LSD", True]
    change = scans.change.loc[:, scans.parcels["network"] == "Somatomotor"].mean(axis=1)
    found = drug_tables.groups("LSD", True, "network").loc["Somatomotor"]
    interval = stats.ttest_1samp(change, 0).confidence_interval()
    expected = [change.mean(), interval.low, interval.high, change.std()]
    assert list(found[["mean", "low", "high", "sd"]]) == pytest.approx(expected, rel=1e-5)


def test_a_map_is_what_the_files_say(source, use):
    use(source[0])
    scans, found = source[1]["psilocybin", True], drug_tables.maps().loc[("psilocybin", True)]
    before, after = scans.placebo.mean(axis=1), scans.with_drug.mean(axis=1)
    for name, against in (("first", before), ("average", (before + after) / 2)):
        known = stats.pearsonr(against, after - before)
        assert found[name] == pytest.approx(known.statistic, rel=1e-5)
        assert found[f"{name}_p"] == pytest.approx(known.pvalue, rel=1e-5)
    people = scans.change.index
    rest = {person: scans.change.drop(person).mean() for person in people}
    alike = np.array([np.corrcoef(scans.change.loc[i], rest[i])[0, 1] for i in people])
    assert found["single_below"] == (alike < 0).sum()
    assert found["single"] == pytest.approx(alike.mean(), rel=1e-5)


def test_the_people_of_ketamine_are_the_same_in_both_pipelines(source, use):
    use(source[0])
    found = drug_tables.pairs().set_index(["one", "one_gsr", "other", "other_gsr", "where"])
    plain, cleaned, lsd = (source[1][scans].change for scans in SCANS[:3])
    for other, scans, same in ((cleaned, SCANS[1], True), (lsd, SCANS[2], False)):
        expected = inference.likeness(plain, other, same)
        row = found.loc[(*SCANS[0], *scans, "brain")]
        assert list(row) == pytest.approx(expected, rel=1e-4)


@if_here
def test_the_tables_are_made_anew_from_the_files():
    for name, table in drug_tables.make(list(load_all().values())).items():
        committed = drug_tables._read(name)
        assert list(committed.columns) == list(table.columns)
        for column in table.columns:
            fits = committed[column] == table[column]
            if table[column].dtype == float:
                fits = np.isclose(committed[column], table[column], rtol=1e-5, equal_nan=True)
            assert fits.all(), f"{name}.csv, {column}: row {np.argmin(fits)} is not what it was"


def test_without_the_files_the_tables_say_so_in_one_line(monkeypatch, tmp_path):
    monkeypatch.setenv("KETANET_RESTRICTED", str(tmp_path))
    with pytest.raises(SystemExit) as stop:
        drug_tables.main()
    assert str(stop.value).startswith("tables: ") and len(str(stop.value).splitlines()) == 1
