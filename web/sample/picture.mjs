// A grey picture with an outlined blob as PNG, for the samples' galleries.
import { crc32_table } from "./crc.mjs";
import { deflateSync } from "node:zlib";
import { normal } from "./statistics.mjs";

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  let crc = 0xffffffff;
  for (const byte of body) crc = crc32_table[(crc ^ byte) & 255] ^ (crc >>> 8);
  out.writeUInt32BE((crc ^ 0xffffffff) >>> 0, body.length + 4);
  return out;
}

function png(width, height, rgb) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const rows = Buffer.alloc(height * (1 + 3 * width));
  for (let y = 0; y < height; y += 1) rgb.copy(rows, y * (1 + 3 * width) + 1, 3 * y * width, 3 * (y + 1) * width);
  return Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk("IHDR", head), chunk("IDAT", deflateSync(rows, { level: 9 })), chunk("IEND", Buffer.alloc(0)),
  ]).toString("base64");
}

/** `flaws`: `noise` and `ghost` (0-1) added, `gas` (a void of the signal that many radii wide), `outline: false` for an image without mask. */
export function picture(u, size = 144, flaws = {}) {
  const rgb = Buffer.alloc(3 * size * size);
  const cx = size * (0.5 + 0.04 * (u() - 0.5)), cy = size * (0.52 + 0.04 * (u() - 0.5));
  const r = size * (0.09 + 0.05 * u()), noise = 6 + 10 * u() + 60 * (flaws.noise ?? 0), bias = 0.4 * (u() - 0.5), turn = 6.28 * u();
  const edge = (a) => r * (1 + 0.16 * Math.cos(2 * a + turn) + 0.07 * Math.cos(5 * a - turn));
  const body_at = (x, y) => Math.hypot((x - size / 2) / (0.47 * size), (y - size / 2) / (0.4 * size));
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const body = body_at(x, y);
      const d = Math.hypot(x - cx, y - cy), a = Math.atan2(y - cy, x - cx), mesorectum = Math.hypot((x - cx) / (0.25 * size), (y - cy) / (0.21 * size));
      let value = body > 1 ? 8 : body > 0.93 ? 205 : 92 + 18 * Math.sin(x / 7) * Math.cos(y / 9);
      if (mesorectum < 1) value = 178;
      if (d < edge(a) * 1.1) value = 74;
      if (d < edge(a)) value = 118 + 22 * Math.sin(x * 0.7 + turn) * Math.cos(y * 0.6);
      if (d < 0.28 * r) value = 16;
      if (flaws.gas && Math.hypot(x - cx, 1.3 * (y - cy + 0.6 * r)) < flaws.gas * r) value = 3;
      if (flaws.ghost) value += 190 * flaws.ghost * [-0.3, 0.3].filter((shift) => Math.abs(body_at(x, y + shift * size) - 0.95) < 0.06).length;
      value = Math.max(0, Math.min(255, (value * (1 + bias * (x / size - 0.5))) + noise * normal(u)));
      const i = 3 * (y * size + x), line = flaws.outline !== false && Math.abs(d - edge(a)) < 0.75;
      rgb.set(line ? [255, 214, 64] : [value, value, value], i);
    }
  }
  return { png: png(size, size, rgb), width: size, height: size, volume_ml: (4 / 3) * Math.PI * ((r / size) * 9.5) ** 3 };
}
