"""One CLIP training step in plain PyTorch: forward, backward, AdamW. The opponent, so written to be fast:
one product for query, key and value; no copies that PyTorch does not need; nothing waited for but the loss.

pytorch.py FOLDER [--attention eager|sdpa] [--optimizer default|foreach|fused] [--act gelu|quick_gelu] [--compile]
pytorch.py FOLDER --calibrate      prints the fastest attention and optimizer of this machine as JSON
"""

import argparse
import itertools
import json
import math
import os
import shutil
import statistics
import struct
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "harness"))
from serve import missing, send, serve

try:
    import torch
    import torch.nn.functional as F
    from torch import nn
except ImportError as error:
    missing(f"PyTorch is not installed ({error}); set FOVEA_BENCH_PYTHON to a Python that has it")

ACTIVATIONS = {"gelu": F.gelu, "quick_gelu": lambda x: x * torch.sigmoid(1.702 * x)}


def load(path):
    """A safetensors file as a dictionary of tensors."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        values = bytearray(file.read())
    dtypes = {"F32": torch.float32, "I64": torch.int64}
    tensors = {}
    for name, entry in header.items():
        start, end = entry["data_offsets"]
        tensors[name] = torch.frombuffer(values[start:end], dtype=dtypes[entry["dtype"]]).reshape(entry["shape"])
    return tensors


class Block(nn.Module):
    """Pre-norm transformer layer."""

    def __init__(self, config, attention, act, causal):
        super().__init__()
        width, hidden = config["hidden_size"], config["intermediate_size"]
        self.heads, self.attention, self.act, self.causal = config["num_attention_heads"], attention, act, causal
        self.norm1, self.norm2 = (nn.LayerNorm(width, config["layer_norm_eps"]) for _ in range(2))
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.fc1, self.fc2 = nn.Linear(width, hidden), nn.Linear(hidden, width)
        if causal:
            tokens = config["max_position_embeddings"]
            self.register_buffer("mask", torch.full((tokens, tokens), -math.inf).triu(1))

    def attend(self, x):
        batch, tokens, width = x.shape
        qkv = self.qkv(x).view(batch, tokens, 3, self.heads, width // self.heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)  # each [batch, heads, tokens, width / heads]
        if self.attention == "sdpa":
            mixed = F.scaled_dot_product_attention(q, k, v, is_causal=self.causal)
        else:
            scores = (q * (q.shape[-1] ** -0.5)) @ k.transpose(-2, -1)
            mixed = (scores + self.mask if self.causal else scores).softmax(-1) @ v
        return self.out(mixed.transpose(1, 2).reshape(batch, tokens, width))

    def forward(self, x):
        x = x + self.attend(self.norm1(x))
        return x + self.fc2(self.act(self.fc1(self.norm2(x))))


class Clip(nn.Module):
    def __init__(self, config, attention, act):
        super().__init__()
        text, vision, embed = config["text_config"], config["vision_config"], config["projection_dim"]
        width, patch = vision["hidden_size"], vision["patch_size"]
        self.patches = nn.Conv2d(vision["num_channels"], width, patch, patch, bias=False)
        self.class_token = nn.Parameter(torch.empty(width))
        self.patch_positions = nn.Parameter(torch.empty((vision["image_size"] // patch) ** 2 + 1, width))
        self.pre_norm, self.post_norm = (nn.LayerNorm(width, vision["layer_norm_eps"]) for _ in range(2))
        self.vision = nn.Sequential(*(Block(vision, attention, act, False) for _ in range(vision["num_hidden_layers"])))
        self.words = nn.Embedding(text["vocab_size"], text["hidden_size"])
        self.positions = nn.Parameter(torch.empty(text["max_position_embeddings"], text["hidden_size"]))
        self.text = nn.Sequential(*(Block(text, attention, act, True) for _ in range(text["num_hidden_layers"])))
        self.final_norm = nn.LayerNorm(text["hidden_size"], text["layer_norm_eps"])
        self.image_projection = nn.Linear(width, embed, bias=False)
        self.text_projection = nn.Linear(text["hidden_size"], embed, bias=False)
        self.logit_scale = nn.Parameter(torch.empty(()))
        self.end_token = text["eos_token_id"]

    def forward(self, pixels, ids):
        """The symmetric InfoNCE loss of a batch."""
        batch = pixels.shape[0]
        x = self.patches(pixels).flatten(2).transpose(1, 2)
        x = torch.cat([self.class_token.expand(batch, 1, -1), x], 1) + self.patch_positions
        image = self.image_projection(self.post_norm(self.vision(self.pre_norm(x))[:, 0]))

        y = self.final_norm(self.text(self.words(ids) + self.positions))
        end = (ids == self.end_token).int().argmax(1)
        caption = self.text_projection(y[torch.arange(batch), end])

        logits = self.logit_scale.exp() * F.normalize(caption, dim=-1) @ F.normalize(image, dim=-1).T
        target = torch.arange(batch)
        return (F.cross_entropy(logits, target) + F.cross_entropy(logits.T, target)) / 2

    def load_weights(self, weights):
        """From the names of a Hugging Face checkpoint."""
        own = {
            "class_token": "vision_model.embeddings.class_embedding",
            "patches.weight": "vision_model.embeddings.patch_embedding.weight",
            "patch_positions": "vision_model.embeddings.position_embedding.weight",
            "words.weight": "text_model.embeddings.token_embedding.weight",
            "positions": "text_model.embeddings.position_embedding.weight",
            "image_projection.weight": "visual_projection.weight",
            "text_projection.weight": "text_projection.weight",
            "logit_scale": "logit_scale",
        }
        for part in ("weight", "bias"):
            own[f"pre_norm.{part}"] = f"vision_model.pre_layrnorm.{part}"
            own[f"post_norm.{part}"] = f"vision_model.post_layernorm.{part}"
            own[f"final_norm.{part}"] = f"text_model.final_layer_norm.{part}"
        state = {name: weights[theirs] for name, theirs in own.items()}
        for tower, part in itertools.product(("vision", "text"), ("weight", "bias")):
            for i in range(len(getattr(self, tower))):
                layer, block = f"{tower}_model.encoder.layers.{i}", f"{tower}.{i}"
                qkv = [weights[f"{layer}.self_attn.{name}_proj.{part}"] for name in "qkv"]
                state[f"{block}.qkv.{part}"] = torch.cat(qkv)
                state[f"{block}.out.{part}"] = weights[f"{layer}.self_attn.out_proj.{part}"]
                for mine, theirs in (("norm1", "layer_norm1"), ("norm2", "layer_norm2"), ("fc1", "mlp.fc1"), ("fc2", "mlp.fc2")):
                    state[f"{block}.{mine}.{part}"] = weights[f"{layer}.{theirs}.{part}"]
        missing_keys = self.load_state_dict(state, strict=False).missing_keys
        assert all(key.endswith(".mask") for key in missing_keys), missing_keys


def make_step(folder, attention, optimizer, act, compiled):
    """A function that does one training step and returns the loss before it."""
    with open(os.path.join(folder, "config.json")) as file:
        config = json.load(file)
    with open(os.path.join(folder, "adamw.json")) as file:
        adamw = json.load(file)
    batch = load(os.path.join(folder, "batch.safetensors"))
    pixels, ids = batch["pixel_values"], batch["input_ids"]
    model = Clip(config, attention, ACTIVATIONS[act or config["vision_config"]["hidden_act"]])
    model.load_weights(load(os.path.join(folder, "model.safetensors")))
    matrices = [p for p in model.parameters() if p.ndim >= 2]
    vectors = [p for p in model.parameters() if p.ndim < 2]
    optim = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": adamw["weightDecay"]}, {"params": vectors, "weight_decay": 0.0}],
        lr=adamw["learningRate"],
        betas=(adamw["beta1"], adamw["beta2"]),
        eps=adamw["epsilon"],
        **{"default": {}, "foreach": {"foreach": True}, "fused": {"fused": True}}[optimizer],
    )
    forward = torch.compile(model) if compiled else model

    def step():
        optim.zero_grad(set_to_none=True)
        loss = forward(pixels, ids)
        loss.backward()
        optim.step()
        return loss.item()

    return step


def calibrate(folder, act, rounds=4):
    """The fastest pair of attention and optimizer, taken in turn; the first round warms up."""
    pairs = list(itertools.product(("eager", "sdpa"), ("default", "foreach", "fused")))
    steps = {pair: make_step(folder, *pair, act, False) for pair in pairs}
    times = {pair: [] for pair in pairs}
    for _, pair in itertools.product(range(rounds), pairs):
        start = time.perf_counter()
        steps[pair]()
        times[pair].append(time.perf_counter() - start)
    medians = {pair: statistics.median(times[pair][1:]) for pair in pairs}
    attention, optimizer = min(pairs, key=medians.get)
    tried = {" + ".join(pair): round(1000 * value) for pair, value in medians.items()}
    send({"attention": attention, "optimizer": optimizer, "triedMs": tried})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--attention", choices=("eager", "sdpa"), default="sdpa")
    parser.add_argument("--optimizer", choices=("default", "foreach", "fused"), default="fused")
    parser.add_argument("--act", choices=tuple(ACTIVATIONS))
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--calibrate", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(2)
    torch.set_flush_denormal(True)
    torch.manual_seed(0)
    if options.calibrate:
        return calibrate(options.folder, options.act)
    if options.compile and shutil.which(os.environ.get("CXX", "g++")) is None:
        missing("torch.compile needs a C++ compiler (g++)")
    step = make_step(options.folder, options.attention, options.optimizer, options.act, options.compile)
    notes = [f"attention {options.attention}", f"AdamW {options.optimizer}", "float32"]
    name = f"PyTorch {torch.__version__}{', torch.compile' if options.compile else ''}"
    serve(name, notes, lambda: {"loss": step()})


main()
