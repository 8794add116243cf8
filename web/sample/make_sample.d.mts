export function make_sample(seed?: number): unknown;
