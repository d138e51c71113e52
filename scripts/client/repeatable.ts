/**
 * Calls that the client may repeat after a lost line, beside those that take an Idempotency-Key. A test holds every
 * one of the first kind against the statements that it runs.
 */

/** Calls that change nothing. */
export const READS: ReadonlySet<string> = new Set([
  ...['getUserById', 'getBlackList', 'ready', 'getVersion'],
  ...[
    'queryGroup',
    'getGroupById',
    'getGroupMember',
    'getGroupMemberById',
    'queryGroupConfig',
    'getNoteList',
  ],
  ...['userMarks', 'userMarkFriend', 'userFriendMark', 'getFavorite'],
  ...['getBackImage', 'getFeedAlbum', 'getOneFeed', 'getFeed', 'getMyFeed', 'getFriendFeed', 'searchFeed'],
  ...['giftList', 'myGift', 'getRockRecord', 'greetList'],
  ...['getNumberType', 'getVipNumber'],
  ...['getRedPacketHistory', 'viewTransfer', 'aaTransDetail'],
  ...['getBalance', 'getWalletHistory', 'getCardList'],
  ...['imSync', 'imHistory'],
]);

/**
 * Calls that say by themselves what they are about, so that the second of two alike changes nothing: a place, a
 * message by its name, numbers that somebody has learnt by then.
 */
export const HARMLESS: ReadonlySet<string> = new Set(['imAck', 'imSend', 'queryUser', 'myContact']);
