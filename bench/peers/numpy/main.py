"""A peer of the benchmark: `main.py FORMAT FILE` decodes a whole event recording with NumPy, as Tonic's readers do.

Answers the line protocol of ../peer.ts. Tonic decodes these formats with a few NumPy expressions over the whole
file; these are written from the descriptions of the formats, without checks. The file is in the page cache.
"""
import json
import sys
import time

import numpy as np


def nmnist(path):
    """40-bit words: x 8, y 8, polarity 1, time 23 bits; y = 240 adds 2^13 us to what follows."""
    words = np.fromfile(path, np.uint8).astype(np.uint32).reshape(-1, 5)
    x, y = words[:, 0], words[:, 1]
    t = ((words[:, 2] & 127) << 16) | (words[:, 3] << 8) | words[:, 4]
    overflow = y == 240
    t = (t + 8192 * np.cumsum(overflow))[~overflow]
    return t, x[~overflow], y[~overflow], (words[:, 2] >> 7)[~overflow]


def aedat3(path):
    """Packets of 28-byte headers and 8-byte events: valid 1, polarity 1, y 15, x 15 bits, time 32 bits."""
    data = open(path, "rb").read()
    at = data.index(b"#!END-HEADER\r\n") + 14
    parts = []
    while at < len(data):
        kind, _source, size, _offset, overflow, _capacity, number, _valid = np.frombuffer(
            data, "<u2,<u2,<u4,<u4,<u4,<u4,<u4,<u4", 1, at
        )[0]
        if kind == 1:
            parts.append((np.frombuffer(data, "<u4", 2 * int(number), at + 28).reshape(-1, 2), int(overflow)))
        at += 28 + int(size) * int(number)
    words = np.concatenate([events for events, _ in parts])
    t = np.concatenate([events[:, 1].astype(np.int64) + (overflow << 31) for events, overflow in parts])
    pixel = words[:, 0]
    valid = (pixel & 1) == 1
    return t[valid], (pixel >> 17)[valid], ((pixel >> 2) & 0x7FFF)[valid], ((pixel >> 1) & 1)[valid]


def main(name, path):
    decode = {"nmnist": nmnist, "aedat3": aedat3}[name]
    decode(path)
    print(json.dumps({"ready": True, "name": name, "threads": 1, "library": f"NumPy {np.__version__}"}), flush=True)
    for line in sys.stdin:
        command, *arguments = line.split() or [""]
        if command == "exit":
            return
        times = []
        for _ in range(int(arguments[0])):
            start = time.perf_counter()
            decode(path)
            times.append((time.perf_counter() - start) * 1e3)
        print(json.dumps({"ms": times}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
