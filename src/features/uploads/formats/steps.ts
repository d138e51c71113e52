/**
 * Work on a file in steps: after each `yield` others may have their turn. Between two of them lie one part of the
 * file (chunk, segment, box, frame) and at most `STRIDE` of its bytes, so that no file holds the event loop,
 * whatever it is made of.
 */
export type Steps<Result> = Generator<undefined, Result, undefined>;

/** Bytes that are looked at in one step. */
export const STRIDE = 64 * 1024;

/** Steps between two turns of others: a few milliseconds. */
export const STEPS_PER_TURN = 64;

/** Lets everything run that waits. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** Takes the steps to their end, and lets others have their turn between them. */
export async function inTurns<Result>(steps: Steps<Result>, turn = nextTurn): Promise<Result> {
  for (let taken = 1; ; taken++) {
    const next = steps.next();
    if (next.done) return next.value;
    if (taken % STEPS_PER_TURN === 0) await turn();
  }
}

/** The file is made of more parts than anybody needs. */
export class TooManyParts extends Error {
  override readonly name = 'TooManyParts';
  /** What there are too many of: `parts`, `scans`, `samples`. */
  readonly what: string;
  /** As many there may be. */
  readonly most: number;
  constructor(what: string, most: number) {
    super(`More than ${most} ${what}`);
    this.what = what;
    this.most = most;
  }
}

/** Parts that every file may have, and bytes for each one more. Real files lie far below. */
const FREE_PARTS = 4096;
export const BYTES_PER_PART = 256;
/** The same for parts that voices and moving pictures cut finely: pages, blocks, sub-blocks. */
export const BYTES_PER_FINE_PART = 32;

/** Counts the parts of one file; what is beyond `TooManyParts` is not looked at. */
export class Parts {
  #count = 0;
  #bytes: number;
  readonly #bytesPerPart: number;

  /** @param bytes of the whole file, or of what is known of it so far */
  constructor(bytes: number, bytesPerPart = BYTES_PER_PART) {
    this.#bytes = bytes;
    this.#bytesPerPart = bytesPerPart;
  }

  /** So many bytes more of the file have come. */
  grow(bytes: number): void {
    this.#bytes += bytes;
  }

  count(): void {
    this.#count += 1;
    const most = FREE_PARTS + Math.floor(this.#bytes / this.#bytesPerPart);
    if (this.#count > most) throw new TooManyParts('parts', most);
  }
}
