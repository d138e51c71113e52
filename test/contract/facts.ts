import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

const listing = z.object({
  no: z.number(),
  path: z.string(),
  params: z.array(z.object({ name: z.string(), required: z.boolean() })),
  errors: z.array(z.object({ code: z.string(), info: z.string() })),
  /** The sample's `data`: nested objects and lists whose leaves say "string"; null where there is none. */
  data: z.unknown(),
});

/** A listing of the API document: the facts that the wire must keep. */
export type Listing = z.output<typeof listing>;

export const listings: readonly Listing[] = z
  .array(listing)
  .parse(JSON.parse(readFileSync(join(import.meta.dirname, 'listings.json'), 'utf8')));

/**
 * Parameters that the document marks as required and real clients leave out, or send elsewhere
 * (docs/api-differences.md#parameters).
 */
export const LOOSER: Readonly<Record<string, readonly string[]>> = {
  '/chat/addFriendMark': ['friendId', 'markIds', 'markId', 'friendIds'],
  '/chat/ready': ['token'],
  '/chat/updateGroupNote': ['content', 'title'],
  '/transfer/createReceipt': ['amount'],
  '/chat/updateProfile': ['nickName', 'city', 'province', 'name', 'sign', 'sex', 'district'],
  '/geo/removeRockRecord': ['id'],
  '/pay/checkNumber': ['userId'],
  '/pay/createNumberOrder': ['userId', 'mobile', 'pwd', 'validateNum', 'name'],
  '/pay/getNumberType': ['userId'],
  '/pay/getVipNumber': ['userId'],
  '/pc/getCode': ['sign'],
  '/pc/queryCode': ['sign', 'userId'],
};

/** Texts of the document that another one replaces, because they would be untrue or unsafe here. */
export const OTHER_TEXT: Readonly<Record<string, readonly string[]>> = {
  // A slip of the document: nothing is taken away here.
  '/favorite/addFavorite': ['-1 移除失败'],
  // The document joins two texts with a slash, 设置失败 and 操作失败; each is said where it is true.
  '/chat/setGroupAdmin': ['-1 设置/操作失败'],
  '/chat/updateGroupDesc': ['-1 设置/操作失败'],
};
