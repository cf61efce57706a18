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


readers = {"ecotaxa": read_ecotaxa, "csv": read_csv, "json": read_json, "ome": read_ome, "geojson": read_geojson, "html": read_html}
json.dump(readers[sys.argv[1]](sys.argv[2]), sys.stdout)
