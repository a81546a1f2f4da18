"""The rate of PyTorch's float32 matrix product, in GFLOP/s, for the sizes on the command line (rows x inner x columns)."""

import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "harness"))
from serve import missing, serve

try:
    import torch
except ImportError as error:
    missing(f"PyTorch is not installed ({error}); set FOVEA_BENCH_PYTHON to a Python that has it")

torch.set_num_threads(2)


def product(size):
    """A function that multiplies until about 20 GFLOP are done and returns GFLOP/s."""
    rows, inner, columns = map(int, size.split("x"))
    a, b, out = torch.randn(rows, inner), torch.randn(inner, columns), torch.empty(rows, columns)
    flops = 2 * rows * inner * columns
    repeats = max(2, round(20e9 / flops))

    def rate():
        start = time.perf_counter()
        for _ in range(repeats):
            torch.mm(a, b, out=out)
        return repeats * flops / (time.perf_counter() - start) / 1e9

    return rate


products = {size: product(size) for size in sys.argv[1:]}


serve(
    f"PyTorch {torch.__version__}, matrix product",
    ["float32"],
    lambda: {"rates": {size: rate() for size, rate in products.items()}},
)
