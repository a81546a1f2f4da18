"""torch.utils.data.DataLoader and torchvision on the same files: `torch_loader.py FOLDER CROP PICTURES`."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "harness"))
from serve import missing, serve  # noqa: E402

try:
    import torch

    # torchvision without its compiled operators (a mismatched build) still imports and decodes with Pillow.
    _register = torch.library.register_fake
    torch.library.register_fake = lambda name, *args, **rest: (
        (lambda function: function) if str(name).startswith("torchvision::") else _register(name, *args, **rest)
    )
    import torchvision
    from PIL import Image
    from torchvision import transforms
except ImportError as error:
    missing(f"{error.name} is not installed in {sys.executable}")

SIDE = 224
BATCH = 32
WORKERS = 2
SCALES = {"open-clip": (0.9, 1.0), "torchvision": (0.08, 1.0)}


class Pictures(torch.utils.data.Dataset):
    """As torchvision's ImageFolder reads a file; bytes out, so that nobody converts to float."""

    def __init__(self, folder, scale):
        self.paths = sorted(pathlib.Path(folder).glob("*.jpg"))
        self.view = transforms.Compose(
            [
                transforms.RandomResizedCrop(SIDE, scale=scale),
                transforms.RandomHorizontalFlip(),
                transforms.PILToTensor(),
            ]
        )

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, index):
        with open(self.paths[index], "rb") as file:
            return self.view(Image.open(file).convert("RGB")), f"photo {index}"


class Part(torch.utils.data.Sampler):
    """As many pictures as a unit has, in random order: nothing is loaded ahead while another contender runs."""

    def __init__(self, count, pictures):
        self.count = count
        self.pictures = pictures

    def __len__(self):
        return self.pictures

    def __iter__(self):
        return iter(torch.randint(self.count, (self.pictures,)).tolist())


if __name__ == "__main__":
    folder, crop, pictures = sys.argv[1:]
    data = Pictures(folder, SCALES[crop])
    loader = torch.utils.data.DataLoader(
        data, batch_size=BATCH, sampler=Part(len(data), int(pictures)), num_workers=WORKERS, persistent_workers=True
    )

    def unit():
        for _ in loader:  # the workers stay
            pass

    serve(
        f"PyTorch {torch.__version__} DataLoader, torchvision {torchvision.__version__}",
        [f"{WORKERS} workers", "Pillow", f"crops of {100 * SCALES[crop][0]:.0f} to 100 % of the area"],
        unit,
    )
