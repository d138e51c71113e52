/** Who sends a type of message: people's apps, the server, or both; `ignored` is taken and does nothing. */
type Sender = 'client' | 'server' | 'ignored';

export interface MessageType {
  readonly meaning: string;
  readonly sender: Sender;
  /** What `content` holds. JSON is text inside the message object. */
  readonly content: string;
}

const type = (meaning: string, sender: Sender, content = 'empty'): MessageType => ({
  meaning,
  sender,
  content,
});
const card = '`{name, headUrl}` of the sender';
const group = '`{groupId, groupName, destId}`';

/** What a client sends that is no message: it acts on others. */
export const MESSAGE = { recall: 32, read: 33 } as const;

/**
 * Every message type, by the original's numbers (docs/original.md#message-types). `docs/realtime.md` shows this
 * table, and what is `client` here is all that a client may send.
 */
export const MESSAGE_TYPES: Readonly<Record<number, MessageType>> = {
  1: type('The app has handled ready', 'ignored'),
  2: type('Text', 'client', 'plain text'),
  3: type('Picture', 'client', 'URL'),
  4: type('File', 'client', '`{fileName, fileSize, fileUrl, fileType, filished}`'),
  5: type('A friend came online', 'server'),
  6: type('A friend went offline', 'server'),
  7: type('The friendship ended; `fromId` ended it', 'server'),
  8: type('`fromId` joined the group', 'server', card),
  9: type('`fromId` left the group', 'server', card),
  10: type(
    '`fromId` was added to the group',
    'server',
    '`{name, headUrl, groupId, groupName, groupHeadUrl, inviterId}`',
  ),
  11: type('Friend request', 'server', card),
  12: type('Friend request accepted', 'server', card),
  13: type(
    'Invitation into a group that costs a fee',
    'server',
    '`{name, headUrl, groupId, groupName, fee}`',
  ),
  15: type('Logged in elsewhere: this socket closes', 'server', '`{UUID}` of the new login'),
  16: type('Voice', 'client', '`{url, time}`'),
  17: type('Red packet', 'server', '`{redPacketId, msg, command, redPacketType}`'),
  18: type('Transfer', 'server', '`{transId, msg, amount}`, in a group `destId` too'),
  19: type('Your red packet was opened', 'server', '`{redPacketId, msg}`'),
  20: type('Your transfer was confirmed', 'server', '`{transId, msg, amount}`'),
  21: type('Transfer returned', 'server', '`{transId, msg, amount}`'),
  22: type('Red packet returned', 'server', '`{redPacketId, msg, amount}`'),
  23: type('Friends at once', 'server', card),
  24: type('Red packet all taken', 'server', '`{redPacketId, msg}`: `msg` is how long it took, ms'),
  25: type('Group renamed', 'server', 'the new name'),
  26: type(
    'A friend changed the profile',
    'server',
    '`{nickName, district, city, province, name, sex, sign, headUrl, id, feedBackImage}`',
  ),
  27: type('A member changed the name in the group', 'server', 'the new name'),
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
  36: type('A friend posted a moment', 'server', '`{feedId, msg, imgs}`'),
  37: type('Your moment was commented', 'server', '`{feedId, msg, feedmsg, imgs}`'),
  38: type('Your moment was praised', 'server', '`{feedId, feedmsg, imgs}`'),
  39: type(
    'Money arrived (complete AA bill, share of an expired one, receipt code, paid joining, a withdrawal that came back)',
    'server',
    '`{amt}`',
  ),
  40: type('AA bill shown to who should pay', 'client', 'the data of aaTrans, as JSON'),
  41: type('Payment code: who has scanned it asks for the payment', 'client', 'the app’s own'),
  42: type('Payment code: the payment is under way', 'client', 'the app’s own'),
  43: type('Payment code: the payment has failed', 'client', 'the app’s own'),
  46: type('Group picture changed', 'server', 'URL'),
  47: type('Group note added', 'server', 'the note, as JSON'),
  48: type('Group note changed', 'server', 'the note, as JSON'),
  49: type('Mentioned in a moment', 'server', '`{feedId, msg, feedmsg, imgs}`'),
  50: type('Command red packet all taken', 'server', '`{redPacketId, msg}`'),
  51: type('Group dismissed', 'server', group),
  52: type('Ownership of a group offered', 'server', group),
  53: type('Ownership accepted', 'server', group),
  54: type('Ownership refused', 'server', group),
  55: type('Admin made or unmade', 'server', '`{name, headUrl, role}`'),
  56: type('Group description changed', 'server', '`{descriptions}`'),
  58: type('Your group’s level has expired', 'server', '`{groupId, groupName, expire}`'),
  59: type(
    'Somebody asks to join (owner and admins)',
    'server',
    '`{groupId, groupName, question, answer, userAnswer, inviterId}`: `inviterId` 0 where nobody invited',
  ),
  60: type('Your request to join was accepted', 'server', '`{groupId, groupName, adminId, adminName}`'),
  61: type('Your request to join was refused', 'server', '`{groupId, groupName, adminId, adminName}`'),
  62: type('You are muted', 'server', '`{groupId, groupName, adminId, adminName, silenceTime}`'),
  63: type('You are unmuted', 'server', '`{groupId, groupName, adminId, adminName, silenceTime}`'),
  64: type('Somebody was removed from the group', 'server', '`{groupId, memberId, userId}`'),
  65: type('Group level extended', 'server', '`{groupId, expire, userId}`'),
  66: type(
    'Your message was refused; `fromId` is the other person',
    'server',
    '`{msgId, msgType}`: `0` blocked, `-1` not friends',
  ),
  67: type('Greeting from shake', 'server', '`{pid, msg, gid}`'),
  68: type(
    'Your reminder is due, or a notice about your account',
    'server',
    '`{content, time}`: what you asked to be reminded of, and for when, epoch ms. A notice has `kind` too: newDevice, passwordChanged, payPasswordChanged, cardBound, payoutRequested, payoutSettled, payoutReturned, walletOpened',
  ),
  69: type(
    'You met whom you shook with',
    'server',
    '`{rockid, distance, id, name, …}`: whom, as shake answers it',
  ),
};

/** True for what an app may send; everything else is the server's alone and cannot be forged. */
export const isClientType = (number: number): boolean => MESSAGE_TYPES[number]?.sender === 'client';
/** The original's server knows this number as a heartbeat, its apps as what burns after reading: that says something
 * (docs/original.md#message-types). */
const HEARTBEAT = 31;
/** True for what the original's apps send and nobody gets. */
export const isIgnored = (message: { readonly messageType: number; readonly content: string }): boolean =>
  MESSAGE_TYPES[message.messageType]?.sender === 'ignored' ||
  (message.messageType === HEARTBEAT && message.content === '');
