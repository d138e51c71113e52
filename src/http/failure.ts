import type { Settings } from '../core/settings.ts';

/**
 * A refusal by a business rule: `refuse('ALREADY_OPENED')`. The endpoint's declaration says which code and
 * text the reason has on the wire, so that rules do not know about them.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly reason: string;
  /** What the reply says beside the text: the parameter at fault, seconds to wait. */
  readonly details: Readonly<Record<string, string | number>>;
  constructor(reason: string, details: Readonly<Record<string, string | number>> = {}) {
    super(reason);
    this.reason = reason;
    this.details = details;
  }
}

/** Ends the call with the endpoint's documented answer for this reason. */
export function refuse(reason: string, details?: Readonly<Record<string, string | number>>): never {
  throw new Refusal(reason, details);
}

/** Ends the call because a parameter is missing or malformed. */
export function refuseParameter(field: string): never {
  throw new Refusal('INVALID_PARAMETER', { field });
}

/**
 * Code and text of a refusal; the text may depend on a setting (the app's name, a limit). Where the document has one
 * text for several reasons, `hint` goes out beside it and tells the user more (`because`).
 */
export type FailureText = readonly [
  code: number,
  text: string | ((config: Settings) => string),
  status?: number | undefined,
  hint?: string,
];

/** The documented answer, with a hint beside it that tells its users why. */
export const because = ([code, text, status]: FailureText, hint: string): FailureText => [
  code,
  text,
  status,
  hint,
];

/** Refusals that every endpoint can give. The third value is the HTTP status; 200 unless HTTP_STATUS=real says so. */
export const commonFailures = {
  SESSION_ENDED: [601, '请重新登录', 401],
  NOT_YOURSELF: [403, '无权操作', 403],
  TOO_MANY_CALLS: [429, '操作过于频繁', 429],
} as const satisfies Record<string, FailureText>;

/** Refusals of calls whose texts others will see (`shown`), and of messages. */
export const textFailures = {
  WORD_REFUSED: [-1, '内容包含不允许发布的词语'],
} as const satisfies Record<string, FailureText>;

/** Refusals of the transport: their HTTP status is always real (docs/decisions.md#transport). */
export const transportFailures = {
  NO_SUCH_PATH: [-1, '接口不存在', 404],
  METHOD_NOT_ALLOWED: [-1, '请求方法不支持', 405],
  BODY_TOO_LARGE: [-1, '请求内容过大', 413],
  BROKEN_OFF: [-1, '请求不完整'],
  TOO_SLOW: [-1, '请求超时，请稍后重试', 408],
  BUSY: [-1, '服务器繁忙，请稍后重试', 503],
  UNSUPPORTED_TYPE: [-1, '不支持的内容类型', 415],
  FAULT: [-1, '服务器异常', 500],
  STOPPING: [-1, '服务器繁忙，请稍后重试', 503],
  WRITES_PAUSED: [-1, '系统备份中，暂时只能查看，请稍后重试', 503],
  DATABASE_AWAY: [-1, '服务器繁忙，请稍后重试', 503],
  OUTCOME_UNKNOWN: [-1, '操作结果未知，请稍后核实', 504],
} as const satisfies Record<string, FailureText>;
