import { expect } from 'vitest';
import type { Seeded } from '../../support/seeded.ts';
import { acknowledgeSurely, type Device } from '../support/device.ts';
import { until } from '../support/socket.ts';
import type { Guest } from './cast.ts';

/** What happens to the lines of the devices around each step of an evening. */
export interface Weather {
  /** Whether nobody's line breaks. */
  readonly isCalm: boolean;
  before(): Promise<void>;
  after(): Promise<void>;
  /** Holds at the end the devices against what the weather should have done to them. */
  check(devices: readonly Device[]): void;
}

export const calm: Weather = {
  isCalm: true,
  before: async () => {},
  after: async () => {},
  check(devices) {
    for (const { login } of devices) expect(login.line.cuts, login.name).toBe(0);
  },
};

/** Bytes of a few events at most: a line breaks within them. */
const SOON_BYTES = 1500;
const TROUBLES = [
  'cut before',
  'cut in the middle',
  'cut afterwards',
  'cut when all is acknowledged',
  'cut while acknowledging',
  'hangs',
] as const;

/** Each step some lines break, each device's in its turn and in another way each time, and the devices come back. */
export class Storm implements Weather {
  readonly isCalm = false;
  private readonly devices: readonly Device[];
  private readonly random: Seeded;
  private turn: Device[] = [];
  private later: Device[] = [];

  constructor(guests: readonly Guest[], random: Seeded) {
    this.devices = guests.flatMap(({ devices }) => devices);
    this.random = random;
  }

  /** Devices in random order, each once before any comes again. */
  private next(): Device {
    if (this.turn.length === 0) this.turn = [...this.devices];
    const [device] = this.turn.splice(this.random.below(this.turn.length), 1);
    if (!device) throw new Error('There are no devices.');
    return device;
  }

  async before(): Promise<void> {
    const hit = new Set(Array.from({ length: 1 + this.random.below(3) }, () => this.next()));
    for (const device of this.devices) if (this.random.chance(20)) device.acknowledge();
    await Promise.all([...hit].map((device) => this.trouble(device)));
  }

  private async trouble(device: Device) {
    const { line, name } = device.login;
    const what = this.random.pick(TROUBLES);
    const bytes = 1 + this.random.below(SOON_BYTES);
    await until(`${name} to be there before its line breaks`, () => device.isLive);
    if (what === 'cut in the middle') return line.cutAfter(bytes);
    if (what === 'cut afterwards') return void this.later.push(device);
    if (what === 'cut when all is acknowledged') await acknowledgeSurely(device);
    if (what === 'cut while acknowledging') device.acknowledge();
    if (what !== 'hangs') return line.cut();
    line.hang();
    device.goOn();
  }

  async after(): Promise<void> {
    for (const { login } of this.later.splice(0)) login.line.cut();
  }

  check(devices: readonly Device[]): void {
    for (const { login } of devices) expect(login.line.cuts, login.name).toBeGreaterThan(2);
  }
}

const RESTARTS = 3;
/** Restarts fall between these steps: everybody has met, and the evening is not over. */
const [FROM_STEP, TO_STEP] = [15, 65];

/** A storm in which the server itself goes and comes back. */
export class Thunderstorm extends Storm {
  private readonly restart: () => Promise<void>;
  private readonly strikes: ReadonlySet<number>;
  private steps = 0;
  private restarts = 0;

  constructor(guests: readonly Guest[], random: Seeded, restart: () => Promise<void>) {
    super(guests, random);
    this.restart = restart;
    const strikes = new Set<number>();
    while (strikes.size < RESTARTS) strikes.add(FROM_STEP + random.below(TO_STEP - FROM_STEP));
    this.strikes = strikes;
  }

  override async before(): Promise<void> {
    this.steps += 1;
    if (this.strikes.has(this.steps)) {
      await this.restart();
      this.restarts += 1;
    }
    await super.before();
  }

  override check(devices: readonly Device[]): void {
    super.check(devices);
    expect(this.restarts).toBe(RESTARTS);
  }
}
