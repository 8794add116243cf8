"""The networks of src/nn written in PyTorch: milliseconds for each row of an epoch, and of a prediction.

The peer of bench_network, on the same shapes, batch size and numbers of views, with crops in memory and none of them
changed at random. Needs python3-torch (Debian); one thread, as larc trains. Arguments: rows, preset ...
"""

import sys
import time

import torch
import torch.nn.functional as F

IN_PLANE, CUBE = (1, 3, 3), (3, 3, 3)
KEEP, HALVE_PLANE, HALVE = (1, 1, 1), (1, 2, 2), (2, 2, 2)
PRESETS = {
    "small": [(8, IN_PLANE, HALVE_PLANE), (16, IN_PLANE, HALVE_PLANE), (32, CUBE, HALVE_PLANE), (48, CUBE, HALVE)],
    "base": [(16, IN_PLANE, KEEP), (32, IN_PLANE, HALVE_PLANE), (64, CUBE, HALVE_PLANE), (96, CUBE, HALVE),
             (128, CUBE, HALVE)],
}
GROUPS, RING = 4, (1, 3, 3)
SEQUENCES = ["t2", "adc", "dwi"]


def padding(kernel):
    return tuple(k // 2 for k in kernel)


class Block(torch.nn.Module):
    def __init__(self, inputs, features, kernel, stride):
        super().__init__()
        self.norm1, self.norm2 = torch.nn.GroupNorm(GROUPS, inputs), torch.nn.GroupNorm(GROUPS, features)
        self.conv1 = torch.nn.Conv3d(inputs, features, kernel, stride, padding(kernel))
        self.conv2 = torch.nn.Conv3d(features, features, kernel, 1, padding(kernel))
        self.shortcut = torch.nn.Conv3d(inputs, features, 1)
        self.stride = stride

    def forward(self, x):
        first = self.conv1(F.relu(self.norm1(x)))
        second = self.conv2(F.relu(self.norm2(first)))
        short = x if self.stride == KEEP else F.avg_pool3d(x, self.stride, self.stride, ceil_mode=True,
                                                           count_include_pad=False)
        return second + self.shortcut(short)


def ring_of(mask):
    grown = mask
    for axis, voxels in enumerate(RING):
        before, size = grown, grown.size(axis + 2)
        grown = before.clone()
        for step in range(1, min(voxels, size - 1) + 1):
            low, high = before.narrow(axis + 2, 0, size - step), before.narrow(axis + 2, step, size - step)
            upper, lower = grown.narrow(axis + 2, step, size - step), grown.narrow(axis + 2, 0, size - step)
            torch.maximum(upper, low, out=upper)
            torch.maximum(lower, high, out=lower)
    return grown - mask


def pooled(x, tumour, ring):
    def weights(mask):
        return (mask / mask.sum((2, 3, 4), keepdim=True).clamp_min(1e-6)).flatten(2).transpose(1, 2)

    inside, flat = weights(tumour), x.flatten(2)
    means = flat @ torch.cat([inside, weights(ring)], 2)
    mean = means[:, :, 0]
    variance = ((flat * flat) @ inside).squeeze(2) - mean * mean
    return [mean, (variance.clamp_min(0) + 1e-5).sqrt(), means[:, :, 1]]


class Network(torch.nn.Module):
    def __init__(self, preset, views):
        super().__init__()
        stages = PRESETS[preset]
        features, kernel, self.stride = stages[0]
        self.sequences = SEQUENCES[:min(views, len(SEQUENCES))]
        self.stems = torch.nn.ModuleList(
            [torch.nn.Conv3d(2, features, kernel, self.stride, padding(kernel)) for _ in self.sequences])
        blocks, inputs = [], features
        for features, kernel, stride in stages[1:]:
            blocks.append(Block(inputs, features, kernel, stride))
            inputs = features
        self.blocks = torch.nn.ModuleList(blocks)
        size = 3 * (1 + sum(stage[0] for stage in stages)) + inputs + 1
        self.views = views
        self.head = torch.nn.Linear(views * size, 1)

    def descriptors(self, x):  # (views, rows, 2, d, h, w)
        views, rows = x.shape[:2]
        first = [self.stems[s](x[s::len(self.stems)].flatten(0, 1)) for s in range(len(self.stems))]
        crops = torch.cat([x[s::len(self.stems)].flatten(0, 1) for s in range(len(self.stems))])
        mask = crops[:, 1:2]
        with torch.no_grad():
            ring = ring_of(mask)
        parts = []

        def pool(y):
            size = y.shape[2:]
            same = mask.shape[2:] == size
            parts.extend(pooled(y, mask if same else F.adaptive_avg_pool3d(mask, size),
                                ring if same else F.adaptive_avg_pool3d(ring, size)))

        pool(crops[:, 0:1])
        y = torch.cat(first)
        pool(F.relu(y))
        for block in self.blocks:
            y = block(y)
            pool(F.relu(y))
        parts.append(F.relu(y).mean((2, 3, 4)))
        parts.append((mask.mean((2, 3, 4)) + 1e-5).log())
        return torch.cat(parts, 1).reshape(views, rows, -1)

    def forward(self, x):
        d = self.descriptors(x)
        return self.head(d.transpose(0, 1).flatten(1)).squeeze(1)


def main():
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    torch.set_num_threads(1)
    torch.manual_seed(1)
    print(f"{'preset':6} {'views':>5} {'ms/row and epoch':>16} {'ms/prediction':>16}   python3-torch {torch.__version__}")
    for preset in sys.argv[2:] or ["small", "base"]:
        for views in (1, 3, 6):
            x = torch.randn(views, rows, 2, 16, 40, 40)
            x[:, :, 1] = 0
            x[:, :, 1, :, 13:28, 13:28] = 1
            y = (torch.arange(rows) % 3 == 0).float()
            network = Network(preset, views)
            optimiser = torch.optim.AdamW(network.parameters(), lr=3e-3)
            training = rows // 2
            times = []
            for _ in range(3):
                start = time.perf_counter()
                order = torch.randperm(rows)[:training]
                for first in range(0, training, 16):
                    batch = order[first:first + 16]
                    loss = F.binary_cross_entropy_with_logits(network(x[:, batch]), y[batch])
                    optimiser.zero_grad()
                    loss.backward()
                    optimiser.step()
                times.append(time.perf_counter() - start)
            epoch_ms = 1e3 * min(times[1:]) / training
            network.eval()
            with torch.no_grad():
                start = time.perf_counter()
                for row in range(rows):
                    network(x[:, row:row + 1])
                predict_ms = 1e3 * (time.perf_counter() - start) / rows
            print(f"{preset:6} {views:5} {epoch_ms:16.1f} {predict_ms:16.1f}", flush=True)


if __name__ == "__main__":
    main()
