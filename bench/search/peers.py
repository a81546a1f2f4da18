"""The same search by NumPy or faiss: `peers.py numpy|faiss FOLDER QUERIES WIDTH FOUND`."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "harness"))
from serve import missing, serve

try:
    import numpy
except ImportError as error:
    missing(f"NumPy is not installed ({error}); set FOVEA_BENCH_PYTHON to a Python that has it")

library, folder, count, width, found = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:])
vectors = numpy.fromfile(os.path.join(folder, "vectors.f32"), numpy.float32).reshape(-1, width)
queries = numpy.fromfile(os.path.join(folder, "queries.f32"), numpy.float32).reshape(-1, width)[:count]

if library == "faiss":
    try:
        import faiss
    except ImportError as error:
        missing(f"faiss is not installed ({error}): pip install faiss-cpu")
    faiss.omp_set_num_threads(2)
    index = faiss.IndexFlatIP(width)
    index.add(vectors)
    name = f"faiss {faiss.__version__}, IndexFlatIP"

    def search():
        return index.search(queries, found)[1]

else:
    name = f"NumPy {numpy.__version__}, product and argpartition"

    def search():
        scores = queries @ vectors.T
        best = numpy.argpartition(scores, -found, axis=1)[:, -found:]
        order = numpy.argsort(-numpy.take_along_axis(scores, best, 1), axis=1)
        return numpy.take_along_axis(best, order, 1)


def unit():
    search()


serve(name, ["float32, exact"], unit)
