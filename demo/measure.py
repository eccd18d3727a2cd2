"""Reads what the demo's workflow has written, with the Python and the zarr of the task environment that wrote it.

Usage: measure.py ZARR_DIR OUT_DIR. Prints the measured numbers as JSON and leaves three planes per well in OUT_DIR, each as the bytes of its
pixels in little endian: `<well>-raw` (16 bit, maximum over z), `<well>-mip` (16 bit), `<well>-labels` (32 bit).
"""

import csv
import json
import sys
from pathlib import Path

import numpy as np
import zarr

WELLS = ("B03", "B04")
CORRECTED = "0_illum_corr"


def read(path: Path) -> np.ndarray:
    return np.asarray(zarr.open_array(str(path), mode="r")[...])


def save_plane(pixels: np.ndarray, dtype: str, path: Path) -> None:
    plane = pixels.reshape(-1, *pixels.shape[-2:]).max(axis=0)
    path.write_bytes(plane.astype(dtype).tobytes())


def read_column(table: Path, name: str) -> list[float]:
    with table.open(newline="") as file:
        return [float(row[name]) for row in csv.DictReader(file)]


def measure(zarr_dir: Path, well: str, out: Path) -> dict:
    position = Path(well[0], well[1:])
    raw = read(zarr_dir / "hipsc.zarr" / position / "0" / "0")
    corrected = read(zarr_dir / "hipsc.zarr" / position / CORRECTED / "0")
    projected_image = zarr_dir / "hipsc_mip.zarr" / position / CORRECTED
    projected = read(projected_image / "0")
    labels = read(projected_image / "labels" / "nuclei" / "0")
    features = projected_image / "tables" / "nuclei_features" / "table.csv"
    areas = read_column(features, "area")

    save_plane(raw, "<u2", out / f"{well}-raw")
    save_plane(projected, "<u2", out / f"{well}-mip")
    save_plane(labels, "<u4", out / f"{well}-labels")
    return {
        "shape": list(raw.shape),
        "rawSum": int(raw.sum(dtype=np.uint64)),
        "correctedMean": float(corrected.mean()),
        "projectedMean": float(projected.mean()),
        "projectedMax": int(projected.max()),
        "projectionIsExact": bool(np.array_equal(projected.reshape(projected.shape[-2:]), corrected.max(axis=1)[0])),
        "nuclei": int(np.unique(labels[labels > 0]).size),
        "labelledFraction": float((labels > 0).mean()),
        "featureRows": len(areas),
        "areaSum": float(sum(areas)),
        "intensityMean": float(np.mean(read_column(features, "intensity_mean-DAPI"))),
    }


def main() -> None:
    zarr_dir, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    print(json.dumps({well: measure(zarr_dir, well, out) for well in WELLS}))


if __name__ == "__main__":
    main()
