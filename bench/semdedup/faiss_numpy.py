"""K-means with faiss and SemDeDup with NumPy: `faiss_numpy.py VECTORS COUNT CLUSTERS ROUNDS EPSILON`.

Both halves do what Fovea does: spherical k-means on all vectors from the same first centroids, the nearest centroid of
every vector, and within each cluster, hard members first, the largest similarity to an earlier member.
"""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "harness"))
from serve import missing, serve

try:
    import faiss
    import numpy as np
except ImportError as error:
    missing(f"faiss-cpu and NumPy are not installed ({error}); set FOVEA_BENCH_PYTHON to a Python that has them")

WIDTH = 512
path, count, clusters, rounds, epsilon = sys.argv[1], *map(int, sys.argv[2:5]), float(sys.argv[5])
faiss.omp_set_num_threads(2)
vectors = np.fromfile(path, dtype=np.float32, count=count * WIDTH).reshape(count, WIDTH)


def unit():
    kmeans = faiss.Kmeans(WIDTH, clusters, niter=rounds, spherical=True, max_points_per_centroid=count, seed=0)
    kmeans.train(vectors, init_centroids=vectors[:clusters].copy())
    similarity, cluster = (found[:, 0] for found in kmeans.index.search(vectors, 1))
    order = np.lexsort((similarity, cluster))  # by cluster, the hard ones first
    bounds = np.searchsorted(cluster[order], np.arange(clusters + 1))
    dropped = 0
    for start, end in zip(bounds, bounds[1:]):
        if end - start < 2:
            continue
        members = vectors[order[start:end]]
        above = np.triu(members @ members.T, 1)
        dropped += int((above.max(axis=0) > 1 - epsilon).sum())
    return {"loss": dropped / count}


serve(f"faiss {faiss.__version__}, NumPy {np.__version__}", ["float32"], unit)
