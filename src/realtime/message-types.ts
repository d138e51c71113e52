/** What sends a type of message: apps, or the server alone; a type that is `ignored` is taken and does nothing. */
type Sender = 'client' | 'server' | 'ignored';

export interface MessageType {
  readonly meaning: string;
  readonly sender: Sender;
  /** What `content` holds. JSON is text inside the message object. */
  readonly content: string;
  /** How the code calls an event of the server. */
  readonly name?: string;
}

const type = (meaning: string, sender: Exclude<Sender, 'server'>, content = 'empty'): MessageType => ({
  meaning,
  sender,
  content,
});

/** What the server alone says. */
const event = <Name extends string>(name: Name, meaning: string, content = 'empty') => ({
  meaning,
  sender: 'server' as const,
  content,
  name,
});
const card = '`{name, headUrl}` of the sender';
const group = '`{groupId, groupName, destId}`';

/** The origin of a message. */
export const FROM = { person: 1, group: 2, system: 3 } as const;

/** What somebody says in words. */
export const TEXT = 2;

/** What a client sends that is no message: it acts on others. */
export const MESSAGE = { recall: 32, read: 33 } as const;

/**
 * Every message type, by the original's numbers (docs/original.md#message-types). `docs/realtime.md` shows this
 * table, and a client may send what is `client` here and nothing else. An event needs no other place than its line
 * here.
 */
const TYPES = {
  1: type('The app has handled ready', 'ignored'),
  [TEXT]: type('Text', 'client', 'plain text'),
  3: type('Picture', 'client', 'URL'),
  4: type('File', 'client', '`{fileName, fileSize, fileUrl, fileType, filished}`'),
  5: event('friendOnline', 'A friend came online'),
  6: event('friendOffline', 'A friend went offline'),
  7: event('friendshipEnded', 'The friendship ended; `fromId` ended it'),
  8: event('memberJoined', '`fromId` joined the group', card),
  9: event('memberLeft', '`fromId` left the group', card),
  10: event(
    'addedToGroup',
    '`fromId` was added to the group',
    '`{name, headUrl, groupId, groupName, groupHeadUrl, inviterId}`',
  ),
  11: event('friendRequested', 'Friend request', card),
  12: event('friendRequestAccepted', 'Friend request accepted', card),
  13: event(
    'invitedToPay',
    'Invitation into a group that costs a fee',
    '`{name, headUrl, groupId, groupName, fee}`',
  ),
  15: event('loggedInElsewhere', 'Logged in elsewhere: this socket closes', '`{UUID}` of the new login'),
  16: type('Voice', 'client', '`{url, time}`'),
  17: event('redPacketSent', 'Red packet', '`{redPacketId, msg, command, redPacketType}`'),
  18: event('transferSent', 'Transfer', '`{transId, msg, amount}`, in a group `destId` too'),
  19: event('redPacketOpened', 'Your red packet was opened', '`{redPacketId, msg}`'),
  20: event('transferConfirmed', 'Your transfer was confirmed', '`{transId, msg, amount}`'),
  21: event('transferReturned', 'Transfer returned', '`{transId, msg, amount}`'),
  22: event('redPacketReturned', 'Red packet returned', '`{redPacketId, msg, amount}`'),
  23: event('becameFriends', 'Friends at once', card),
  24: event(
    'redPacketFinished',
    'Red packet all taken',
    '`{redPacketId, msg}`: `msg` is how long it took, ms',
  ),
  25: event('groupRenamed', 'Group renamed', 'the new name'),
  26: event(
    'profileChanged',
    'A friend changed the profile',
    '`{nickName, district, city, province, name, sex, sign, headUrl, id, feedBackImage}`',
  ),
  27: event('memberRenamed', 'A member changed the name in the group', 'the new name'),
  28: type('Name card', 'client', 'JSON of the app’s own'),
  29: type('Place', 'client', '`{url, addr, lat, lut}`'),
  30: type('Short video', 'client', '`{img, time, video}`'),
  31: type(
    'Burn after reading; over Socket.IO without content a heartbeat, which nobody gets',
    'client',
    'the app’s own',
  ),
  [MESSAGE.recall]: type(
    'Recall within two minutes, by the sender',
    'client',
    '`msgId` of the recalled message',
  ),
  [MESSAGE.read]: type('Read up to a message', 'client', '`msgId` of the message, or empty: everything'),
  34: type('Emoji cloud', 'client', '`{msgCodes, msgString, msgType, aiteId}`'),
  35: type('Mention in a group', 'client', '`{atIds, content}`'),
  36: event('momentPosted', 'A friend posted a moment', '`{feedId, msg, imgs}`'),
  37: event('momentCommented', 'Your moment was commented', '`{feedId, msg, feedmsg, imgs}`'),
  38: event('momentPraised', 'Your moment was praised', '`{feedId, feedmsg, imgs}`'),
  39: event(
    'moneyArrived',
    'Money arrived (complete AA bill, share of an expired one, receipt code, paid joining, a withdrawal or a refund that came back)',
    '`{amt}`',
  ),
  40: type('AA bill, for those who should pay', 'client', 'the data of aaTrans, as JSON'),
  41: type('Payment code: the person who scanned it asks for the payment', 'client', 'the app’s own'),
  42: type('Payment code: the payment is under way', 'client', 'the app’s own'),
  43: type('Payment code: the payment has failed', 'client', 'the app’s own'),
  46: event('groupHeadChanged', 'Group picture changed', 'URL'),
  47: event('noteAdded', 'Group note added', 'the note, as JSON'),
  48: event('noteChanged', 'Group note changed', 'the note, as JSON'),
  49: event('momentMention', 'Mentioned in a moment', '`{feedId, msg, feedmsg, imgs}`'),
  50: event('commandPacketFinished', 'Command red packet all taken', '`{redPacketId, msg}`'),
  51: event('groupDismissed', 'Group dismissed', group),
  52: event('ownershipOffered', 'Ownership of a group offered', group),
  53: event('ownershipAccepted', 'Ownership accepted', group),
  54: event('ownershipRefused', 'Ownership refused', group),
  55: event('adminChanged', 'Admin made or unmade', '`{name, headUrl, role}`'),
  56: event('groupDescribed', 'Group description changed', '`{descriptions}`'),
  58: event('groupLevelExpired', 'Your group’s level has expired', '`{groupId, groupName, expire}`'),
  59: event(
    'joinRequested',
    'Somebody asks to join (owner and admins)',
    '`{groupId, groupName, question, answer, userAnswer, inviterId}`: `inviterId` 0 where nobody invited',
  ),
  60: event(
    'joinAccepted',
    'Your request to join was accepted',
    '`{groupId, groupName, adminId, adminName}`',
  ),
  61: event('joinRefused', 'Your request to join was refused', '`{groupId, groupName, adminId, adminName}`'),
  62: event('memberMuted', 'You are muted', '`{groupId, groupName, adminId, adminName, silenceTime}`'),
  63: event('memberUnmuted', 'You are unmuted', '`{groupId, groupName, adminId, adminName, silenceTime}`'),
  64: event('memberRemoved', 'Somebody was removed from the group', '`{groupId, memberId, userId}`'),
  65: event('groupLevelPaid', 'Group level extended', '`{groupId, expire, userId}`'),
  66: event(
    'messageRefused',
    'Your message was refused; `fromId` is the other person',
    '`{msgId, msgType}`: `0` blocked, `-1` not friends',
  ),
  67: event('greeted', 'Greeting from shake', '`{pid, msg, gid}`'),
  68: event(
    'reminder',
    'Your reminder is due, or a notice about your account',
    '`{content, time}`: what you asked to be reminded of, and for when, epoch ms. One of a step against the account has `steps` too, and `until` too: epoch ms, 0 without an end. A notice has `kind` too: newDevice, passwordChanged, payPasswordChanged, cardBound, payoutRequested, payoutSettled, payoutReturned, refundStarted, refundDone, refundReturned, mobileChanged, walletOpened, walletFrozen, walletCredited, walletDebited, moneyReturned, moneyTakenBack, identityConfirmed, identityRejected, warned, warningLifted, muted, unmuted, searchClosed, searchOpened, banned, unbanned, contentRemoved, contentRestored, deletionTakenBack',
  ),
  69: event(
    'shakeMet',
    'You met whom you shook with',
    '`{rockid, distance, id, name, …}`: whom, as shake answers it',
  ),
};

export const MESSAGE_TYPES: Readonly<Record<number, MessageType>> = TYPES;

type EventName = Extract<(typeof TYPES)[keyof typeof TYPES], { readonly name: string }>['name'];
const namedEvents = Object.entries(MESSAGE_TYPES).flatMap(([number, { name }]) =>
  name === undefined ? [] : [[name, Number(number)] as const],
);

/** The number of every event that the server sends, by its name in the code. */
export const EVENT = Object.fromEntries(namedEvents) as Readonly<Record<EventName, number>>;

/** Types that an app invents: the server keeps and delivers them, and knows nothing of what they mean. */
export const OWN_TYPES = { first: 1000, last: 9999 } as const;
export const isOwnType = (number: number): boolean => number >= OWN_TYPES.first && number <= OWN_TYPES.last;

/** True for what an app may send; everything else is the server's alone and cannot be forged. */
export const isClientType = (number: number): boolean =>
  MESSAGE_TYPES[number]?.sender === 'client' || isOwnType(number);
/** The original's server knows this number as a heartbeat, its apps as what burns after reading: that says something
 * (docs/original.md#message-types). */
const HEARTBEAT = 31;
/** True for what the original's apps send and nobody gets. */
export const isIgnored = (message: { readonly messageType: number; readonly content: string }): boolean =>
  MESSAGE_TYPES[message.messageType]?.sender === 'ignored' ||
  (message.messageType === HEARTBEAT && message.content === '');
