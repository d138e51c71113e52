import * as aaBills from './features/aa-bills/endpoints.ts';
import * as accounts from './features/accounts/endpoints.ts';
import * as bankCards from './features/bank-cards/endpoints.ts';
import * as realtime from './features/chat/endpoints.ts';
import * as contacts from './features/contacts/endpoints.ts';
import * as favourites from './features/favourites/endpoints.ts';
import * as friends from './features/friends/endpoints.ts';
import * as gifts from './features/gifts/endpoints.ts';
import * as groups from './features/groups/endpoints.ts';
import * as groupJoining from './features/groups/joining/endpoints.ts';
import * as groupLevels from './features/groups/levels/endpoints.ts';
import * as groupMembers from './features/groups/members/endpoints.ts';
import * as groupNotes from './features/groups/notes/endpoints.ts';
import * as identity from './features/identity/endpoints.ts';
import * as labels from './features/labels/endpoints.ts';
import * as moments from './features/moments/endpoints.ts';
import * as nearby from './features/nearby/endpoints.ts';
import * as payPassword from './features/pay-password/endpoints.ts';
import * as paymentOrders from './features/payment-orders/endpoints.ts';
import * as pins from './features/pins/endpoints.ts';
import * as profiles from './features/profiles/endpoints.ts';
import * as pushDevices from './features/push-devices/endpoints.ts';
import * as ready from './features/ready/endpoints.ts';
import * as receipts from './features/receipts/endpoints.ts';
import * as redPackets from './features/red-packets/endpoints.ts';
import * as releases from './features/releases/endpoints.ts';
import * as reminders from './features/reminders/endpoints.ts';
import * as reports from './features/reports/endpoints.ts';
import * as scanLogin from './features/scan-login/endpoints.ts';
import * as sessions from './features/sessions/endpoints.ts';
import * as shake from './features/shake/endpoints.ts';
import * as smsCodes from './features/sms-codes/endpoints.ts';
import * as transfers from './features/transfers/endpoints.ts';
import * as uploads from './features/uploads/endpoints.ts';
import * as vipNumbers from './features/vip-numbers/endpoints.ts';
import * as wallet from './features/wallet/endpoints.ts';
import type { Endpoint } from './http/endpoint.ts';

/** Every call that the application serves: one line a feature, and nothing else anywhere. */
const features = [
  aaBills,
  accounts,
  bankCards,
  contacts,
  favourites,
  friends,
  gifts,
  groupJoining,
  groupLevels,
  groupMembers,
  groupNotes,
  groups,
  identity,
  labels,
  moments,
  nearby,
  payPassword,
  paymentOrders,
  pins,
  profiles,
  pushDevices,
  realtime,
  ready,
  redPackets,
  receipts,
  releases,
  reminders,
  reports,
  scanLogin,
  sessions,
  shake,
  smsCodes,
  transfers,
  uploads,
  vipNumbers,
  wallet,
] satisfies readonly Readonly<Record<string, Endpoint>>[];

const place = ({ no }: Endpoint) => no ?? Number.MAX_SAFE_INTEGER;

/** In the order of the document's listings; calls beyond it come last, by path. */
export const endpoints: readonly Endpoint[] = features
  .flatMap((feature) => Object.values<Endpoint>(feature))
  .sort((a, b) => place(a) - place(b) || (a.path < b.path ? -1 : 1));
