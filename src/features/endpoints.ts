import type { Endpoint } from '../http/endpoint.ts';
import * as aaBills from '../money/aa-bills/endpoints.ts';
import * as paymentOrders from '../money/payment-orders/endpoints.ts';
import * as receipts from '../money/receipts/endpoints.ts';
import * as redPackets from '../money/red-packets/endpoints.ts';
import * as transfers from '../money/transfers/endpoints.ts';
import * as wallet from '../money/wallet/endpoints.ts';
import * as realtime from '../realtime/endpoints.ts';
import * as accounts from './accounts/endpoints.ts';
import * as bankCards from './bank-cards/endpoints.ts';
import * as contacts from './contacts/endpoints.ts';
import * as favourites from './favourites/endpoints.ts';
import * as friends from './friends/endpoints.ts';
import * as gifts from './gifts/endpoints.ts';
import * as groupJoining from './group-joining/endpoints.ts';
import * as groupLevels from './group-levels/endpoints.ts';
import * as groupMembers from './group-members/endpoints.ts';
import * as groupNotes from './group-notes/endpoints.ts';
import * as groups from './groups/endpoints.ts';
import * as identity from './identity/endpoints.ts';
import * as labels from './labels/endpoints.ts';
import * as moments from './moments/endpoints.ts';
import * as nearby from './nearby/endpoints.ts';
import * as payPassword from './pay-password/endpoints.ts';
import * as pins from './pins/endpoints.ts';
import * as profiles from './profiles/endpoints.ts';
import * as pushDevices from './push-devices/endpoints.ts';
import * as ready from './ready/endpoints.ts';
import * as releases from './releases/endpoints.ts';
import * as reminders from './reminders/endpoints.ts';
import * as reports from './reports/endpoints.ts';
import * as scanLogin from './scan-login/endpoints.ts';
import * as sessions from './sessions/endpoints.ts';
import * as shake from './shake/endpoints.ts';
import * as smsCodes from './sms-codes/endpoints.ts';
import * as uploads from './uploads/endpoints.ts';
import * as vipNumbers from './vip-numbers/endpoints.ts';

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
