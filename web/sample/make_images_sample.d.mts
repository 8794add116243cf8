export function make_images_sample(patients?: number): Record<string, unknown>;
