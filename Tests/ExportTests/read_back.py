"""Reads one exported file with programs of others and prints what they saw as JSON: read_back.py KIND FILE."""

import base64
import csv
import html.parser
import io
import json
import sys


def read_csv(path):
    raw = open(path, "rb").read()
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file, strict=True))
    return {
        "rows": rows,
        "starts_with_mark": raw.startswith(b"\xef\xbb\xbf"),
        "lines_end_in_crlf": raw.endswith(b"\r\n"),
    }


def read_json(path):
    def refuse(name):
        raise ValueError(f"{name} is no JSON")

    def ordered(pairs):
        keys = [key for key, _ in pairs]
        if keys != sorted(keys) or len(set(keys)) != len(keys):
            raise ValueError(f"keys are not sorted: {keys}")
        return dict(pairs)

    with open(path, encoding="utf-8") as file:
        return json.load(file, parse_constant=refuse, object_pairs_hook=ordered)


def read_ome(path):
    import ome_types
    import tifffile

    ome = ome_types.from_tiff(path, validate=True)
    notes = {
        note.id: {"description": note.description, "values": dict(note.value)}
        for note in ome.structured_annotations
    }
    with tifffile.TiffFile(path) as file:
        series = file.series
        images = []
        for index, (image, one) in enumerate(zip(ome.images, series, strict=True)):
            array = one.asarray()
            raw = f"{path}.{index}.raw"
            array.astype(array.dtype.newbyteorder("<")).tofile(raw)
            pixels, page = image.pixels, one.pages[0]
            resolution = page.tags["XResolution"].value if "XResolution" in page.tags else None
            images.append({
                "raw": raw,
                "shape": list(array.shape),
                "axes": one.axes,
                "dtype": array.dtype.name,
                "name": image.name,
                "series_name": one.name,
                "description": image.description,
                "acquired": image.acquisition_date.isoformat() if image.acquisition_date else None,
                "size": [pixels.size_x, pixels.size_y, pixels.size_c],
                "type": pixels.type.value,
                "significant_bits": pixels.significant_bits,
                "physical_size": [pixels.physical_size_x, pixels.physical_size_y],
                "units": [pixels.physical_size_x_unit.value, pixels.physical_size_y_unit.value],
                "channels": [channel.name for channel in pixels.channels],
                "samples_per_pixel": [channel.samples_per_pixel for channel in pixels.channels],
                "position": [pixels.planes[0].position_x, pixels.planes[0].position_y],
                "annotations": [notes[reference.id] for reference in image.annotation_refs],
                "page_description": page.description if index else "",
                "pixels_per_cm": resolution[0] / resolution[1] if resolution else None,
                "compression": page.compression.name,
                "predictor": page.predictor.name,
            })
        return {
            "images": images,
            "pages": len(file.pages),
            "is_big": file.is_bigtiff,
            "is_ascii": file.pages[0].description.isascii(),
            "software": file.pages[0].software,
            "creator": ome.creator,
        }


def read_geojson(path):
    import geojson
    import shapely
    import shapely.geometry

    collection = geojson.loads(open(path, encoding="utf-8").read())
    features = []
    for feature in collection["features"]:
        shape = shapely.geometry.shape(feature["geometry"])
        parts = getattr(shape, "geoms", [shape])
        features.append({
            "type": shape.geom_type,
            "is_valid": bool(shape.is_valid),
            "reason": shapely.is_valid_reason(shape),
            "runs_right": all(part.exterior.is_ccw for part in parts if part.geom_type == "Polygon"),
            "area": shape.area,
            "bounds": list(shape.bounds),
            "parts": len(parts),
            "properties": feature["properties"],
        })
    return {"type": collection["type"], "is_valid": collection.is_valid, "errors": str(collection.errors()),
            "features": features}


def read_html(path):
    from PIL import Image

    class Reader(html.parser.HTMLParser):
        void = {"meta", "br", "img"}

        def __init__(self):
            super().__init__()
            self.open, self.tags, self.links, self.text, self.pictures, self.cells = [], set(), [], [], [], []

        def handle_starttag(self, tag, attributes):
            self.tags.add(tag)
            for name, value in attributes:
                if name in ("src", "href", "action", "data", "srcset", "poster") or name.startswith("on"):
                    self.links.append(value.partition(",")[0])
                if name == "src":
                    picture = Image.open(io.BytesIO(base64.b64decode(value.partition(",")[2])))
                    picture.load()
                    self.pictures.append([picture.width, picture.height])
            if tag not in self.void:
                self.open.append(tag)
            if tag == "td":
                self.cells.append("")

        def handle_endtag(self, tag):
            if not self.open or self.open.pop() != tag:
                raise ValueError(f"</{tag}> at {self.getpos()} closes nothing")

        def handle_data(self, data):
            if "style" in self.open:
                if "url(" in data or "@import" in data:
                    raise ValueError("the style loads something")
                return
            self.text.append(data)
            if "td" in self.open:
                self.cells[-1] += data

    reader = Reader()
    reader.feed(open(path, encoding="utf-8").read())
    reader.close()
    if reader.open:
        raise ValueError(f"left open: {reader.open}")
    return {"tags": sorted(reader.tags), "links": sorted(set(reader.links)),
            "text": " ".join("".join(reader.text).split()),
            "pictures": reader.pictures, "cells": reader.cells}


def read_ecotaxa(path):
    """The archive as EcoTaxa's own client reads it, and the table's lines as they are."""
    import zipfile
    from pyecotaxa.archive import read_tsv

    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        tables = [name for name in names if name.startswith("ecotaxa")]
        raw = archive.read(tables[0])
    table = read_tsv(io.BytesIO(raw))
    rows = json.loads(table.to_json(orient="records"))
    return {
        "names": names,
        "types": raw.decode().split("\n")[1].split("\t"),
        "rows": [{key: "" if value is None else str(value) for key, value in row.items()} for row in rows],
    }


def read_dwca(path):
    """A Darwin Core archive: its events with their occurrences, terms without their vocabularies."""
    from dwca.read import DwCAReader

    def named(data):
        return {term.rpartition("/")[2]: value for term, value in data.items()}

    with DwCAReader(path) as archive:
        return {
            "core": archive.descriptor.core.type,
            "title": archive.metadata.findtext("dataset/title"),
            "rights": archive.metadata.findtext("dataset/intellectualRights/para"),
            "events": [
                {"data": named(row.data), "occurrences": [named(line.data) for line in row.extensions]} for row in archive.rows
            ],
        }


def read_svg(path):
    import xml.etree.ElementTree as tree

    root = tree.parse(path).getroot()
    names = [node.tag.split("}")[1] for node in root.iter()]
    return {"root": root.tag, "height": float(root.get("height")), "names": names,
            "labels": [node.get("aria-label") for node in root.iter() if node.get("aria-label")]}


def read_omezarr(path):
    """Unpacks a Zip file of OME-Zarr; every image and its labels by the models of ome-zarr-models, arrays by zarr."""
    import zipfile

    import numpy
    import zarr
    from ome_zarr_models.v04 import Image
    from ome_zarr_models.v04.image_label import ImageLabel

    folder = f"{path}.folder"
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        archive.extractall(folder)
    root = zarr.open_group(folder, mode="r", zarr_format=2)
    images = []
    for name in root["OME"].attrs["series"]:
        group = root[name]
        image = Image.from_zarr(group)
        multiscale = image.attributes.multiscales[0]
        first = group["0"][:]
        raw = f"{path}.{name}.raw"
        numpy.moveaxis(first, 0, -1).astype(first.dtype.newbyteorder("<")).tofile(raw)
        images.append({
            "name": multiscale.name, "raw": raw, "dtype": first.dtype.name,
            "shapes": [list(group[data.path].shape) for data in multiscale.datasets],
            "axes": [[axis.name, axis.unit] for axis in multiscale.axes],
            "scales": [list(data.coordinateTransformations[0].scale) for data in multiscale.datasets],
            "translations": [list(data.coordinateTransformations[1].translation) for data in multiscale.datasets],
            "channels": [channel.label for channel in image.attributes.omero.channels],
            "synthesised": group.attrs["neurallens"]["synthesised"],
        })
    label = ImageLabel.from_zarr(root["0/labels/grains"])
    values = root["0/labels/grains/0"][:]
    return {
        "layout": root.attrs["bioformats2raw.layout"], "images": images, "labels": root["0/labels"].attrs["labels"],
        "areas": [int((values == value).sum()) for value in range(1, int(values.max()) + 1)],
        "label_shape": list(values.shape), "label_dtype": values.dtype.name,
        "species": [item.model_dump()["species"] for item in label.attributes.image_label.properties],
    }


def read_crate(path):
    """An RO-Crate by ro-crate-py, its profile by rocrate-validator, and the hashes by hashlib."""
    import hashlib
    import pathlib

    import requests
    import requests_cache
    import rocrate
    from rocrate.rocrate import ROCrate
    from rocrate_validator import models, services
    from rocrate_validator.utils import document_loader

    # The validator fetches the vocabulary from the net; ro-crate-py brings it.
    vocabulary = (pathlib.Path(rocrate.__file__).with_name("data") / "ro-crate.jsonld").read_bytes()

    def answer(session, method, address, *arguments, **named):
        response = requests.Response()
        response.status_code, response.url, response._content = 200, address, vocabulary
        response.headers["Content-Type"] = "application/ld+json"
        return response

    requests.Session.request = requests_cache.CachedSession.request = answer
    document_loader._fetch_json_ld = lambda address: json.loads(vocabulary)

    folder = pathlib.Path(open(path).read())
    crate = ROCrate(str(folder))
    settings = services.ValidationSettings(
        rocrate_uri=str(folder), profile_identifier="ro-crate-1.1", requirement_severity=models.Severity.REQUIRED)
    result = services.validate(settings)
    files = [entity for entity in crate.get_entities() if entity.type == "File"]
    return {
        "issues": [str(issue.message) for issue in result.get_issues()],
        "name": crate.name, "license": crate.license.id, "publisher": crate.publisher["name"],
        "instruments": sorted(entity["name"] for entity in crate.dereference("#count")["instrument"]),
        "objects": sorted(entity.id for entity in crate.dereference("#count")["object"]),
        "files": sorted(entity.id for entity in files),
        "hashes_hold": all(
            hashlib.sha256((folder / entity.id).read_bytes()).hexdigest() == entity["sha256"]
            and str((folder / entity.id).stat().st_size) == entity["contentSize"] for entity in files),
        "others": sorted(str(file.relative_to(folder)) for file in folder.rglob("*")
                         if file.is_file() and str(file.relative_to(folder)) not in {entity.id for entity in files}),
    }


readers = {"crate": read_crate, "omezarr": read_omezarr, "dwca": read_dwca, "svg": read_svg, "ecotaxa": read_ecotaxa, "csv": read_csv, "json": read_json, "ome": read_ome, "geojson": read_geojson, "html": read_html}
json.dump(readers[sys.argv[1]](sys.argv[2]), sys.stdout)
