"""Unit embeddings of pictures and texts by Python's transformers, from a model's folder.

python transformers-embeddings.py FOLDER JOB.json OUT.safetensors, where JOB.json holds {"pictures": [path], "texts": [text]}.
"""

import importlib.util
import json
import sys

# Pillow resizes to the bit as the reference does. A torchvision that does not fit torch would fail the import.
find_spec = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name.split(".")[0] == "torchvision" else find_spec(name, *rest)

import torch
from PIL import Image
from safetensors.torch import save_file
from transformers import AutoTokenizer, CLIPImageProcessor, CLIPModel

folder, job, out = sys.argv[1:]
with open(job) as file:
    job = json.load(file)
pictures = [Image.open(path).convert("RGB") for path in job["pictures"]]
inputs = {
    **CLIPImageProcessor.from_pretrained(folder)(pictures, return_tensors="pt"),
    **AutoTokenizer.from_pretrained(folder)(job["texts"], padding=True, truncation=True, return_tensors="pt"),
}
model = CLIPModel.from_pretrained(folder).float().eval()
with torch.no_grad():
    outputs = model(**inputs)
save_file({name: outputs[name].contiguous() for name in ("image_embeds", "text_embeds")}, out)
