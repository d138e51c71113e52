import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** What a program of `programs/` tells of itself, a line of JSON each. */
export interface Told {
  readonly event: 'connect' | 'disconnect' | 'refused' | 'chat' | 'acked';
  readonly content?: string;
  readonly messageType?: number;
  readonly msgId?: string;
  readonly code?: number;
}

/** How a client is started. */
export type Start = (server: string, query: string, transports: string) => readonly string[];

/** A client of other people's making, in a process of its own. */
export class ForeignClient {
  readonly told: Told[] = [];
  private readonly child: ChildProcess;

  constructor([program = '', ...args]: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.child = spawn(program, args, {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, PYTHONUNBUFFERED: '1', ...env },
    });
    if (this.child.stdout)
      createInterface({ input: this.child.stdout }).on('line', (line) =>
        this.told.push(JSON.parse(line) as Told),
      );
  }

  has(event: Told['event']): boolean {
    return this.told.some((each) => each.event === event);
  }

  /** The texts that have come, in their order. */
  texts(): (string | undefined)[] {
    return this.told
      .filter(({ event, messageType }) => event === 'chat' && messageType === 2)
      .map(({ content }) => content);
  }

  say(message: Readonly<Record<string, unknown>>): void {
    this.child.stdin?.write(`${JSON.stringify(message)}\n`);
  }

  stop(): void {
    this.child.kill('SIGKILL');
  }
}
