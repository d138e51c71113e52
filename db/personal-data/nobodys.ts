import type { Register, Text } from './entry.ts';

const CATALOGUE: Text = ['what is offered to everybody', '面向所有人的目录'];
const FIGURES: Text = ['counts, by day or in all', '按日或总计的数量'];
const PROGRAM: Text = ['how far the program has come', '程序自身的进度'];
const MONEY: Text = [
  'amounts and numbers of payments; whose they are, other tables say',
  '金额与交易号，归属见其他表',
];
const GONE: Text = ['places in conversations at which no message is any more', '会话中已无消息的序号'];
const STAFF: Text = [
  'about operators of this server, who are no users of it',
  '本服务器的运营人员，而非用户',
];

/** Tables that hold nothing of a person, and why. */
export const nobodys = {
  gifts: {
    nobody: CATALOGUE,
    columns: ['key', 'name', 'price', 'picture', 'withdrawnAt'],
  },
  groupLevels: {
    nobody: CATALOGUE,
    columns: ['level', 'fee', 'seconds', 'capacity', 'lowerFee', 'feeSince', 'withdrawnAt'],
  },
  numberTypes: {
    nobody: CATALOGUE,
    columns: ['id', 'name', 'price', 'withdrawnAt'],
  },
  vipNumbers: {
    nobody: CATALOGUE,
    columns: ['id', 'typeId', 'number', 'withheldAt'],
  },
  catalogueChanges: {
    nobody: CATALOGUE,
    columns: ['id', 'at', 'subject', 'item', 'actor', 'before', 'after'],
  },
  releases: {
    nobody: CATALOGUE,
    columns: [
      'id',
      'device',
      'version',
      'content',
      'file',
      'fileSize',
      'url',
      'isUpdate',
      'createdAt',
      'notes',
      'withdrawnAt',
    ],
  },
  announcements: {
    nobody: CATALOGUE,
    columns: [
      'id',
      'seq',
      'audience',
      'device',
      'lastUser',
      'msgId',
      'content',
      'reach',
      'got',
      'pushedUpTo',
      'wokenUpTo',
      'sentAt',
      'stoppedAt',
      'changeId',
    ],
  },
  dailyFigures: {
    nobody: FIGURES,
    columns: ['day', 'name', 'value'],
  },
  deviceCounts: {
    nobody: FIGURES,
    columns: ['device', 'people'],
  },
  searchDue: {
    nobody: PROGRAM,
    columns: ['messageId'],
  },
  messageGaps: {
    nobody: GONE,
    columns: ['conversation', 'number', 'since'],
  },
  runningFigures: {
    nobody: FIGURES,
    columns: ['name', 'value'],
  },
  ledgerChecks: {
    nobody: FIGURES,
    columns: [
      'id',
      'startedAt',
      'finishedAt',
      'askedBy',
      'progress',
      'steps',
      'ok',
      'problems',
      'findings',
      'journals',
      'bills',
    ],
  },
  jobRuns: {
    nobody: FIGURES,
    columns: ['name', 'lastAt', 'lastMs', 'runs', 'failures'],
  },
  assertions: {
    nobody: PROGRAM,
    columns: ['sessionLives', 'rowsChanged'],
  },
  instance: {
    nobody: PROGRAM,
    columns: ['name', 'value'],
  },
  uploadWalks: {
    nobody: PROGRAM,
    columns: ['name', 'startedAt', 'plan', 'place', 'cursor', 'completed'],
  },
  pushProgress: {
    nobody: PROGRAM,
    columns: ['id', 'seq'],
  },
  auditSeals: {
    nobody: PROGRAM,
    columns: ['fromId', 'toId', 'rows', 'lastAt', 'digest', 'mac', 'sealedAt'],
  },
  journals: {
    nobody: MONEY,
    columns: ['id', 'kind', 'subjectId', 'createdAt'],
  },
  sandboxTrades: {
    nobody: MONEY,
    columns: ['outTradeNo', 'provider', 'amount', 'state', 'tradeNo', 'openedAt', 'paidAt'],
  },
  sandboxTransfers: {
    nobody: MONEY,
    columns: ['outBizNo', 'contentDigest', 'amount', 'state', 'errorCode', 'orderId', 'takenAt'],
  },
  sandboxRefunds: {
    nobody: MONEY,
    columns: ['refundNo', 'provider', 'tradeNo', 'amount', 'state', 'refundId', 'takenAt'],
  },
  operators: {
    nobody: STAFF,
    columns: [
      'id',
      'name',
      'role',
      'passwordHash',
      'sealedTotp',
      'totpStep',
      'createdAt',
      'removedAt',
      'changeId',
    ],
  },
  operatorInvitations: {
    nobody: STAFF,
    columns: ['operatorId', 'digest', 'expiresAt', 'passwordHash', 'sealedTotp', 'recoveryDigests'],
  },
  operatorRecoveryCodes: {
    nobody: STAFF,
    columns: ['operatorId', 'digest'],
  },
  operatorSessions: {
    nobody: STAFF,
    columns: ['id', 'operatorId', 'digest', 'createdAt', 'seenAt', 'address', 'browser'],
  },
  operatorAddresses: {
    nobody: STAFF,
    columns: ['operatorId', 'address', 'lastAt'],
  },
  operatorTokens: {
    nobody: STAFF,
    columns: [
      'id',
      'name',
      'role',
      'scopes',
      'addresses',
      'digest',
      'createdBy',
      'createdAt',
      'expiresAt',
      'usedAt',
      'revokedAt',
      'changeId',
    ],
  },
  words: {
    nobody: ['words that operators do not want', '运营方的敏感词'],
    columns: ['word', 'scope', 'action', 'addedAt'],
  },
  wordHits: {
    nobody: ['how often such a word was met, by nobody in particular', '敏感词命中次数，不含用户'],
    columns: ['day', 'word', 'hits'],
  },
} satisfies Partial<Register>;
