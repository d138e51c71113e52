import { viewing } from '../operation.ts';
import { nothingDone } from '../refused.ts';
import { eventsOfAddress, eventsShape, pageParams } from '../users/login-events.ts';
import { clientAddressParam } from './address.ts';

export const loginEvents = viewing({
  name: 'addresses.login-events',
  roles: ['moderator'],
  subject: 'address',
  about:
    'who logged in, or published, from an address and when, newest first: user, what, result, device, port',
  params: { address: clientAddressParam, ...pageParams },
  operands: ['address'],
  unseals: true,
  answer: eventsShape,
  async read({ db }, { address, ...asked }) {
    const answer = await eventsOfAddress(db, address, asked);
    if (answer.events.length === 0) nothingDone(`Nothing is kept of ${address}.`);
    return { on: address, answer, opened: { events: answer.events.length } };
  },
});
