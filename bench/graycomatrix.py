#!/usr/bin/python3
"""scikit-image's graycomatrix (2D only) on every slice of a region, 4 directions, 32 levels, counts only; processor ms.
usage: graycomatrix.py IMAGE.nii MASK.nii"""
import gzip, struct, sys, time
import numpy as np
from skimage.feature import graycomatrix


def read_nifti(path):
    raw = (gzip.open if path.endswith('.gz') else open)(path, 'rb').read()
    size = struct.unpack('<8h', raw[40:56])[1:4]
    kind = {2: 'u1', 4: '<i2', 8: '<i4', 16: '<f4', 64: '<f8'}[struct.unpack('<h', raw[70:72])[0]]
    first = int(struct.unpack('<f', raw[108:112])[0])
    return np.frombuffer(raw, kind, offset=first, count=int(np.prod(size))).reshape(size[::-1])


image, mask = read_nifti(sys.argv[1]), read_nifti(sys.argv[2]) > 0
levels = np.zeros(image.shape, np.uint8)
levels[mask] = np.floor(image[mask] / 25) - np.floor(image[mask].min() / 25) + 1
angles = [0, np.pi / 4, np.pi / 2, 3 * np.pi / 4]
times = []
for _ in range(3):
    start = time.process_time()
    for slice_ in levels:
        if slice_.any():
            graycomatrix(slice_, [1], angles, levels=int(levels.max()) + 1, symmetric=True)
    times.append(1000 * (time.process_time() - start))
print(f'{sorted(times)[1]:.1f}')
