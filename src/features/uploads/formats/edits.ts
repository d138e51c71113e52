import { Malformed } from './bytes.ts';

/** What becomes of the bytes `start` to `end - 1` of a file. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  /** They go out in their place, none where it is empty; zeros of the same length where there are none. */
  readonly bytes?: Uint8Array;
}

/** Bytes `start` to `end - 1`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

const byStart = (one: Span, other: Span) => one.start - other.start;

/** The spans in their order, those that touch joined, empty ones left out. */
export function merged(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  let last: { start: number; end: number } | undefined;
  for (const { start, end } of spans.filter((span) => span.end > span.start).sort(byStart)) {
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else {
      last = { start, end };
      result.push(last);
    }
  }
  return result;
}

/** What lies in both; each list is merged. */
export function common(spans: readonly Span[], others: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (let [i, j] = [0, 0]; ; ) {
    const [one, other] = [spans[i], others[j]];
    if (!one || !other) return result;
    const [start, end] = [Math.max(one.start, other.start), Math.min(one.end, other.end)];
    if (start < end) result.push({ start, end });
    if (one.end <= other.end) i += 1;
    else j += 1;
  }
}

/** The edits in their order. Two that overlap would be a file that names the same bytes twice. */
export function arranged(edits: readonly Edit[]): Edit[] {
  const result = edits.filter(({ start, end }) => end > start).sort(byStart);
  for (const [i, { start }] of result.entries()) {
    if (start < (result[i - 1]?.end ?? 0)) throw new Malformed('Parts that overlap');
  }
  return result;
}

/** A file with its edits, as it streams by. */
export async function* edited(
  source: AsyncIterable<Uint8Array>,
  edits: readonly Edit[],
): AsyncGenerator<Uint8Array> {
  let [at, next] = [0, 0];
  for await (const chunk of source) {
    const end = at + chunk.length;
    let from = at;
    for (let edit = edits[next]; edit && edit.start < end; edit = edits[next]) {
      if (edit.start > from) yield chunk.subarray(from - at, edit.start - at);
      if (edit.bytes && edit.start >= at) yield edit.bytes;
      const start = Math.max(edit.start, at);
      const until = Math.min(edit.end, end);
      if (!edit.bytes) yield new Uint8Array(until - start);
      from = until;
      if (edit.end > end) break;
      next += 1;
    }
    if (from < end) yield chunk.subarray(from - at);
    at = end;
  }
}
