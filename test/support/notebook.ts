import type { Core, MakeCore, Port } from '../../src/platform/live/live.ts';

/** What one may ask of a core that does nothing but use its port. */
export type Note =
  | { readonly do: 'put'; readonly key: string; readonly value: string }
  | { readonly do: 'delete'; readonly key: string }
  | { readonly do: 'list'; readonly prefix: string }
  | { readonly do: 'append'; readonly key: string; readonly value: string }
  | { readonly do: 'wake'; readonly inMs: number };

export interface Noted {
  readonly entries: [key: string, value: string][];
  /** How many messages this core has handled since it was made: all that it holds in memory. */
  readonly handled: number;
}

/** A core for the suite of the live-state port. Its alarm writes down how late it came, and nothing else. */
class Notebook implements Core<Note, Noted> {
  private readonly port: Port<string>;
  private handled = 0;
  constructor(port: Port<string>) {
    this.port = port;
  }

  handle(note: Note): Noted {
    const { kv } = this.port;
    this.handled += 1;
    if (note.do === 'put') kv.put(note.key, note.value);
    if (note.do === 'delete') kv.delete(note.key);
    if (note.do === 'append') kv.put(note.key, (kv.get(note.key) ?? '') + note.value);
    if (note.do === 'wake') {
      kv.put('due', String(this.port.now() + note.inMs));
      this.port.setAlarm(this.port.now() + note.inMs);
    }
    return {
      entries: [...kv.list(note.do === 'list' ? note.prefix : '')].map(([key, value]) => [key, value]),
      handled: this.handled,
    };
  }

  onAlarm(): void {
    const late = this.port.now() - Number(this.port.kv.get('due') ?? 0);
    this.port.kv.put('rang', `${this.port.kv.get('rang') ?? ''}${late >= 0 ? 'late' : 'early'};`);
  }
}

export const notebook: MakeCore<Note, Noted, string> = (port) => new Notebook(port);
