// Small statistics for the sample only; the numbers of a real report come from larc itself.

/** mulberry32: a seeded generator of uniform numbers. */
export function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export const normal = (u) => Math.sqrt(-2 * Math.log(1 - u())) * Math.cos(2 * Math.PI * u());
export const sum = (list) => list.reduce((a, b) => a + b, 0);
export const mean = (list) => sum(list) / list.length;
export const logistic = (x) => 1 / (1 + Math.exp(-x));

export function quantile(values, q) {
  const sorted = [...values].sort((a, b) => a - b);
  const h = (sorted.length - 1) * q, i = Math.floor(h);
  return sorted[i] + (h - i) * ((sorted[i + 1] ?? sorted[i]) - sorted[i]);
}

/** Receiver operating curve and its area with Hanley-McNeil limits. */
export function roc(y, score) {
  const order = score.map((_, i) => i).sort((a, b) => score[b] - score[a]);
  const positives = sum(y), negatives = y.length - positives;
  const curve = [{ fpr: 0, tpr: 0 }];
  let tp = 0, fp = 0, area = 0;
  for (const i of order) {
    if (y[i]) tp += 1;
    else {
      fp += 1;
      area += tp;
    }
    curve.push({ fpr: fp / negatives, tpr: tp / positives });
  }
  const auc = area / positives / negatives;
  const q1 = auc / (2 - auc), q2 = (2 * auc * auc) / (1 + auc);
  const se = Math.sqrt((auc * (1 - auc) + (positives - 1) * (q1 - auc * auc) + (negatives - 1) * (q2 - auc * auc)) / positives / negatives);
  return { curve, auc, lower: auc - 1.96 * se, upper: Math.min(1, auc + 1.96 * se) };
}

/** Equal-count bins of predicted risk with Wilson limits. */
export function calibration(y, p, bins = 6) {
  const order = p.map((_, i) => i).sort((a, b) => p[a] - p[b]);
  return Array.from({ length: bins }, (_, k) => {
    const rows = order.slice(Math.floor((k * order.length) / bins), Math.floor(((k + 1) * order.length) / bins));
    const n = rows.length, observed = mean(rows.map((i) => y[i])), z = 1.96;
    const centre = (observed + (z * z) / (2 * n)) / (1 + (z * z) / n);
    const half = (z / (1 + (z * z) / n)) * Math.sqrt((observed * (1 - observed)) / n + (z * z) / (4 * n * n));
    return { predicted: mean(rows.map((i) => p[i])), observed, lower: centre - half, upper: centre + half, n };
  });
}

export function histogram(p, bins = 20) {
  return Array.from({ length: bins }, (_, k) => ({
    lower: k / bins, upper: (k + 1) / bins, n: p.filter((x) => Math.min(bins - 1, Math.floor(x * bins)) === k).length,
  }));
}

/** Kaplan-Meier curve with log-log limits. */
export function kaplan_meier(time, event) {
  const rows = time.map((t, i) => ({ t, d: event[i] })).sort((a, b) => a.t - b.t);
  const km = { time: [0], survival: [1], lower: [1], upper: [1], at_risk: [] };
  let s = 1, v = 0;
  for (let i = 0; i < rows.length;) {
    const same = rows.filter((r) => r.t === rows[i].t), n = rows.length - i, d = sum(same.map((r) => r.d));
    if (d > 0) {
      s *= 1 - d / n;
      v += n === d ? Infinity : d / n / (n - d);
      const w = (1.96 * Math.sqrt(v)) / Math.abs(Math.log(s));
      const limits = s > 0 ? [s ** Math.exp(w), s ** Math.exp(-w)] : [null, null];
      km.time.push(rows[i].t); km.survival.push(s); km.lower.push(limits[0]); km.upper.push(limits[1]);
    }
    i += same.length;
  }
  const end = rows.at(-1)?.t ?? 0;
  km.time.push(end); km.survival.push(s); km.lower.push(km.lower.at(-1)); km.upper.push(km.upper.at(-1));
  for (let t = 0; t <= 120; t += 12) km.at_risk.push({ time: t, n: rows.filter((r) => r.t >= t).length });
  const first = (curve) => {
    const i = curve.findIndex((x) => x !== null && x <= 0.5);
    return i < 0 ? null : km.time[i];
  };
  return { ...km, median: first(km.survival), median_lower: first(km.lower), median_upper: first(km.upper) };
}

/** Harrell's concordance with a rough standard error. */
export function concordance(time, event, score) {
  let pairs = 0, good = 0;
  for (let i = 0; i < time.length; i += 1) {
    for (let j = 0; j < time.length; j += 1) {
      if (!event[i] || time[i] >= time[j]) continue;
      pairs += 1;
      good += score[i] > score[j] ? 1 : score[i] === score[j] ? 0.5 : 0;
    }
  }
  const value = good / pairs, se = 0.32 / Math.sqrt(sum(event));
  return { value, lower: value - 1.96 * se, upper: value + 1.96 * se };
}
