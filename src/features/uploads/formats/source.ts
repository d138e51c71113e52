import { Malformed, Reader } from './bytes.ts';
import { BYTES_PER_PART, nextTurn, Parts, STEPS_PER_TURN } from './steps.ts';

/** A file that can be read anywhere: voices and films are looked at without holding all of them. */
export interface Source {
  readonly size: number;
  /** Exactly these bytes, which lie within the file. */
  read(start: number, count: number): Promise<Uint8Array>;
}

/** Read at once, because what is looked at next mostly lies near. */
const WINDOW = 1024 * 1024;

/** Looks at a file part by part: counts the parts, and lets others have their turn between them. */
export class Look {
  readonly size: number;
  readonly #source: Source;
  readonly #parts: Parts;
  readonly #fine: Parts;
  readonly #turn: () => Promise<void>;
  #looked = 0;
  #from = 0;
  #window: Uint8Array = new Uint8Array(0);

  /** @param fine bytes of the file for each part that is cut finely (`Parts`) */
  constructor(source: Source, fine: number, turn = nextTurn) {
    this.#source = source;
    this.size = source.size;
    this.#parts = new Parts(source.size, BYTES_PER_PART);
    this.#fine = new Parts(source.size, fine);
    this.#turn = turn;
  }

  /** Bytes of the file; what lies outside is `Malformed`. At most `WINDOW` of them. */
  async piece(at: number, count: number): Promise<Uint8Array> {
    if (!(at >= 0 && count <= WINDOW && at + count <= this.size))
      throw new Malformed('The file ends too early');
    if (at < this.#from || at + count > this.#from + this.#window.length) {
      this.#window = await this.#source.read(at, Math.min(WINDOW, this.size - at));
      this.#from = at;
    }
    return this.#window.subarray(at - this.#from, at - this.#from + count);
  }

  async reader(at: number, count: number): Promise<Reader> {
    return new Reader(await this.piece(at, count));
  }

  /** Before each part that is looked at. */
  async part(): Promise<void> {
    this.#parts.count();
    await this.#rest();
  }

  /** Before each part of those that files have many of: samples, pages, blocks. */
  async finePart(): Promise<void> {
    this.#fine.count();
    await this.#rest();
  }

  #rest(): Promise<void> | undefined {
    this.#looked += 1;
    return this.#looked % (4 * STEPS_PER_TURN) === 0 ? this.#turn() : undefined;
  }
}
