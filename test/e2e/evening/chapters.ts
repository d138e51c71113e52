import { readAndRecall, refuseMessages, talk, talkAtOnce } from './chat.ts';
import type { Evening } from './evening.ts';
import { comeAndGo, makeFriends } from './friends.ts';
import { arrangeGroup, endGroup, foundGroup, knockInVain, muteAndUnmute, part } from './group.ts';
import { shareMoment } from './moments.ts';
import { addressPackets, joinForFee, rushForPacket, shareBill, transfer } from './money.ts';
import { shake } from './shake.ts';

/** The evening from beginning to end; each chapter goes on where the one before it ended. */
export const CHAPTERS: readonly (readonly [string, (evening: Evening) => Promise<void>])[] = [
  ['they become friends', makeFriends],
  ['one goes and comes back', comeAndGo],
  ['a group is made', foundGroup],
  ['a stranger to it knocks in vain', knockInVain],
  ['it gets a name, a note and an admin', arrangeGroup],
  ['a member is muted and unmuted', muteAndUnmute],
  ['they talk in the group and in private', talk],
  ['they all talk at once', talkAtOnce],
  ['they read and recall', readAndRecall],
  ['messages are refused', refuseMessages],
  ['somebody pays to join', joinForFee],
  ['they rush for a red packet', rushForPacket],
  ['packets are for some alone', addressPackets],
  ['money is transferred and paid', transfer],
  ['two share a bill', shareBill],
  ['a moment is shared', shareMoment],
  ['two shake', shake],
  ['members go, and the group ends', endGroup],
  ['a friendship ends', part],
];
