#!/usr/bin/env python3
"""Write every regular file of a folder into a new zip archive.

    python3 -I -S zip_folder.py FOLDER ARCHIVE LEFT_OUT...

LEFT_OUT are paths below the folder. Names in the archive are relative to the folder, in order; folders and links have no entries. Prints
the number of entries. Runs at the lowest priority: nobody waits for it. For any Python from 3.7 on.
"""

import os
import shutil
import sys
import zipfile

# Compressing less than this makes it larger.
COMPRESSED_BYTES = 128
COPY_BYTES = 1024 * 1024


def regular_files(folder, below=""):
    """Paths below the folder, relative to it."""
    with os.scandir(os.path.join(folder, below)) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        path = os.path.join(below, entry.name)
        if entry.is_dir(follow_symlinks=False):
            yield from regular_files(folder, path)
        elif entry.is_file(follow_symlinks=False):
            yield path


def add(archive, folder, path):
    """Add one file. A name that is no UTF-8 is written with question marks."""
    name = os.fsencode(path).decode("utf-8", "replace")
    source = os.path.join(folder, path)
    entry = zipfile.ZipInfo.from_file(source, name, strict_timestamps=False)
    small = entry.file_size < COMPRESSED_BYTES
    entry.compress_type = zipfile.ZIP_STORED if small else zipfile.ZIP_DEFLATED
    with open(source, "rb") as content, archive.open(entry, "w") as target:
        shutil.copyfileobj(content, target, COPY_BYTES)


def main(folder, target, *left_out):
    os.nice(19)
    count = 0
    # Never over a file that is there: an earlier run that was forgotten may still write it.
    with zipfile.ZipFile(target, "x") as archive:
        for path in regular_files(folder):
            if path not in left_out:
                add(archive, folder, path)
                count += 1
    print(count)


if __name__ == "__main__":
    main(*sys.argv[1:])
