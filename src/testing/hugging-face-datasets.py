"""What Python's `datasets` makes of a data set, as JSON lines: its features, then each row with pictures as [format, width, height].

HF_HUB_OFFLINE=1 python hugging-face-datasets.py PATH: without the variable it asks the Hub first, and waits long where there is none.
"""

import json
import sys
import tempfile

from datasets import load_dataset
from PIL.Image import Image

with tempfile.TemporaryDirectory() as cache:
    rows = load_dataset(sys.argv[1], split="train", cache_dir=cache)
    print(json.dumps({name: str(feature) for name, feature in rows.features.items()}))
    for row in rows:
        print(json.dumps(row, default=lambda value: [value.format, *value.size] if isinstance(value, Image) else str(value)))
