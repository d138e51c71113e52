import { viewing } from '../operation.ts';
import { optional, whole } from '../params.ts';
import { nothingDone } from '../refused.ts';
import { eventsOfAddress, eventsShape, pageParams } from '../users/login-events.ts';
import { clientAddressParam } from './address.ts';

export const loginEvents = viewing({
  name: 'addresses.login-events',
  roles: ['moderator'],
  subject: 'address',
  about:
    'who logged in, or published, from an address, or a port of it, and when, newest first: user, what, result, device, port',
  params: { address: clientAddressParam, port: optional(whole('port', 0, 65_535, 51_000)), ...pageParams },
  operands: ['address'],
  unseals: true,
  answer: eventsShape,
  async read({ db }, { address, port, ...asked }) {
    const answer = await eventsOfAddress(db, address, port, asked);
    const what = port === undefined ? address : `${address}, port ${port}`;
    if (answer.events.length === 0) nothingDone(`Nothing is kept of ${what}.`);
    const of = port === undefined ? {} : { port };
    return { on: address, answer, opened: { ...of, events: answer.events.length } };
  },
});
