export function make_flow_sample(): Record<string, unknown>;
