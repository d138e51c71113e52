import type { ActorsOf, Core, MakeCore, Port } from '../../platform/live/live.ts';

/** How long a code lives, from the moment it is shown (docs/decisions.md#scan-login). */
export const CODE_LIFE_MS = 120_000;

/** Where the code is shown, so that the app can warn. */
export interface Page {
  readonly device: string;
  readonly address: string;
}

export type CodeMessage =
  /** A page shows the code; `ticket` is the digest of its secret. */
  | { readonly do: 'show'; readonly ticket: string; readonly page: Page }
  /** A user has scanned it. */
  | { readonly do: 'scan'; readonly user: number }
  /** The user who scanned it says yes, in this session of theirs. */
  | { readonly do: 'approve'; readonly user: number; readonly session: number }
  /** The page asks how it stands. */
  | { readonly do: 'collect'; readonly ticket: string };

export type CodeAnswer =
  /** There is no such code for the one who asks: unknown, expired, used, another's, or the ticket is wrong. */
  | { readonly is: 'none' }
  | { readonly is: 'shown' }
  | { readonly is: 'scanned'; readonly page: Page }
  | { readonly is: 'waiting'; readonly scanned: boolean }
  | { readonly is: 'approved'; readonly user: number; readonly session: number };

export interface CodeState {
  readonly ticket: string;
  readonly page: Page;
  readonly until: number;
  readonly scannedBy?: number;
  readonly approvedIn?: number;
}

const NONE: CodeAnswer = { is: 'none' };

/** One code: shown, scanned by one user, approved by the same, collected once by the page that holds the ticket. */
class ScanCode implements Core<CodeMessage, CodeAnswer> {
  private readonly port: Port<CodeState>;
  constructor(port: Port<CodeState>) {
    this.port = port;
  }

  handle(message: CodeMessage): CodeAnswer {
    const code = this.port.kv.get('code');
    const state = code && this.port.now() < code.until ? code : undefined;
    if (message.do === 'show') return state ? NONE : this.show(message.ticket, message.page);
    if (!state) return NONE;
    if (message.do === 'scan') return this.scan(state, message.user);
    if (message.do === 'approve') return this.approve(state, message.user, message.session);
    return this.collect(state, message.ticket);
  }

  private show(ticket: string, page: Page): CodeAnswer {
    const until = this.port.now() + CODE_LIFE_MS;
    this.port.kv.put('code', { ticket, page, until });
    this.port.setAlarm(until);
    return { is: 'shown' };
  }

  private scan(state: CodeState, user: number): CodeAnswer {
    if (state.approvedIn !== undefined || (state.scannedBy ?? user) !== user) return NONE;
    this.port.kv.put('code', { ...state, scannedBy: user });
    return { is: 'scanned', page: state.page };
  }

  private approve(state: CodeState, user: number, session: number): CodeAnswer {
    if (state.scannedBy !== user || state.approvedIn !== undefined) return NONE;
    this.port.kv.put('code', { ...state, approvedIn: session });
    return { is: 'approved', user, session };
  }

  private collect({ ticket, scannedBy, approvedIn }: CodeState, given: string): CodeAnswer {
    if (ticket !== given) return NONE;
    if (scannedBy === undefined || approvedIn === undefined)
      return { is: 'waiting', scanned: scannedBy !== undefined };
    this.port.kv.delete('code');
    return { is: 'approved', user: scannedBy, session: approvedIn };
  }

  onAlarm(): void {
    this.port.kv.delete('code');
  }
}

export const scanCode: MakeCore<CodeMessage, CodeAnswer, CodeState> = (port) => new ScanCode(port);

declare module '../../platform/live/live.ts' {
  interface Live {
    readonly scanCodes: ActorsOf<typeof scanCode>;
  }
}
