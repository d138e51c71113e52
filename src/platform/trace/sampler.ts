import type { Settings } from '../../core/settings.ts';

/** Whether a trace is kept. `isSampled` is its caller's word; undefined where the call begins the trace. */
export type Sampler = (traceId: string, isSampled: boolean | undefined) => boolean;

const DIGITS = 13;
/** By the end of the trace's own number, which is chance: whoever else keeps this part keeps the same traces. */
const ratio =
  (part: number): Sampler =>
  (traceId) =>
    Number.parseInt(traceId.slice(-DIGITS), 16) < part * 16 ** DIGITS;

/** The sampler that the settings name. */
export function samplerOf({
  OTEL_TRACES_SAMPLER: name,
  OTEL_TRACES_SAMPLER_ARG: part,
}: Pick<Settings, 'OTEL_TRACES_SAMPLER' | 'OTEL_TRACES_SAMPLER_ARG'>): Sampler {
  const root = name.endsWith('always_on')
    ? () => true
    : name.endsWith('always_off')
      ? () => false
      : ratio(part);
  if (!name.startsWith('parentbased_')) return root;
  return (traceId, isSampled) => isSampled ?? root(traceId, undefined);
}
