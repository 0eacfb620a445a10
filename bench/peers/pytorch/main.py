"""A peer of the benchmark: `main.py KIND` answers the line protocol of ../peer.ts.

start      prints {"ready": true, "name", "threads", "library", "blas"}, or {"ready": false, "error"} and exits 1
run N      runs N steps and prints {"ms": [wall time of each step], "loss": loss of the last, or null}
exit       ends
"""
import importlib
import json
import os
import sys
import time

THREADS = 2
sys.dont_write_bytecode = True


def choose_blas_kernels():
    """Selects OpenBLAS's kernels by the processor's flags, unless the user did.

    On virtual machines OpenBLAS 0.3.21 took an AVX-512 processor for a Prescott in some starts and for a Cooper
    Lake in others; its SSE3 kernels are 4 to 5 x slower. It reads the name when it is loaded, so this runs before
    torch is imported.
    """
    try:
        flags = open("/proc/cpuinfo", encoding="ascii", errors="replace").read().split()
    except OSError:
        return
    for flag, core in (("avx512vl", "SkylakeX"), ("avx2", "Haswell")):
        if flag in flags:
            os.environ.setdefault("OPENBLAS_CORETYPE", core)
            return


def blas_in_use():
    """Name of the BLAS mapped by this process; "reference" for the Fortran one, "unknown" if none was found."""
    try:
        mapped = open("/proc/self/maps", encoding="utf-8").read()
    except OSError:
        return "unknown"
    for name in ("openblas", "mkl", "blis", "atlas"):
        if f"lib{name}" in mapped:
            return name
    return "reference" if "libblas.so" in mapped else "unknown"


def say(answer):
    print(json.dumps(answer), flush=True)


def answer_runs(step):
    for line in sys.stdin:
        command, *arguments = line.split() or [""]
        if command == "exit":
            return
        if command != "run":
            raise SystemExit(f"got {line!r}; expected 'run N' or 'exit'")
        times, loss = [], None
        for _ in range(int(arguments[0])):
            start = time.perf_counter()
            loss = step()
            times.append((time.perf_counter() - start) * 1e3)
        say({"ms": times, "loss": loss})


def main(kind):
    choose_blas_kernels()
    try:
        import torch
    except ImportError as error:
        say({"ready": False, "error": str(error)})
        raise SystemExit(1) from error
    # First, because worker threads inherit this setting when they are created. Without it the denormal
    # numbers of sparse gradients slow down every step.
    torch.set_flush_denormal(True)
    torch.set_num_threads(THREADS)
    torch.manual_seed(1)
    step = importlib.import_module(kind.replace("-", "_")).make_step()
    step()
    library = f"torch {torch.__version__}"
    say({"ready": True, "name": kind, "threads": torch.get_num_threads(), "library": library, "blas": blas_in_use()})
    answer_runs(step)


if __name__ == "__main__":
    main(sys.argv[1])
